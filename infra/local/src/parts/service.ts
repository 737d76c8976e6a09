import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, cloneFolder } from '../locations.ts'
import { pinnedNode } from '../machine/pinned-node.ts'
import type { Part } from './part.ts'
import { probeHttp } from './probes.ts'

/** A folder of services/ that can be started. */
export interface ServiceFolder {
  readonly name: string
  readonly folder: string
  readonly version: string
}

/**
 * How Node runs a service: what a batch made is garbage when it has committed, and is collected early instead of when
 * much of the machine's memory is full of it; but most of it not before its batch has ended, as it would be copied.
 */
export const serviceFlags: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=10']

/**
 * What Node and the C library are told to hold less memory: with a cache of compiled files no process has to load what
 * strips types, some 25 MB, and six services strip the same files once; with one arena, freed memory serves all threads;
 * large pieces go back when they are freed, which the C library else gives up with the first one that it has seen freed.
 */
export function serviceMemory(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return {
    NODE_COMPILE_CACHE: join(cacheFolder(environment), 'node-compile-cache'),
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: String(128 * 1024),
  }
}

/** Finds the services: every folder of services/ with a src/main.ts. */
export function findServices(services: string = join(cloneFolder, 'services')): readonly ServiceFolder[] {
  if (!existsSync(services)) return []
  return readdirSync(services)
    .toSorted()
    .filter((name) => existsSync(join(services, name, 'src/main.ts')))
    .map((name) => ({ name, folder: join(services, name), version: versionOf(join(services, name)) }))
}

/** A service of the hub as a part of the stack. */
export function servicePart(service: ServiceFolder, port: number, environment: Readonly<Record<string, string>>): Part {
  const address = `http://127.0.0.1:${port}`
  return {
    name: service.name,
    version: service.version,
    address,
    install: () => Promise.resolve(),
    launch: () =>
      Promise.resolve({
        file: pinnedNode(),
        parameters: [...serviceFlags, 'src/main.ts'],
        folder: service.folder,
        environment: {
          ...environment,
          SAMSPILL_HTTP_PORT: String(port),
          ...serviceMemory(process.env),
        },
      }),
    probe: () => probeHttp(`${address}/health/ready`),
    stopSignal: 'SIGTERM',
    stopMilliseconds: 15_000,
    startMilliseconds: 60_000,
  }
}

function versionOf(folder: string): string {
  const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version?: string }
  return described.version ?? '0.0.0'
}
