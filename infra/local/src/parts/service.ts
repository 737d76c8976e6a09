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
 * much of the machine's memory is full of it.
 */
export const serviceFlags: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=20']

/** Where Node keeps what it has compiled: with it no process has to load what strips types, some 25 MB. */
export function compileCache(environment: NodeJS.ProcessEnv): string {
  return join(cacheFolder(environment), 'node-compile-cache')
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
          // Six services strip the types of the same files: once is enough.
          NODE_COMPILE_CACHE: compileCache(process.env),
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
