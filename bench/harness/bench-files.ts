import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { HubError } from '@samspill/contracts'
import type { Bench } from './bench.ts'

const folder = dirname(import.meta.dirname)

/** The names of all benchmarks: one file each at the top of `bench/`. */
export function benchNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
}

/** Loads a benchmark. Throws `bench-unknown` with the names there are. */
export async function loadBench(name: string): Promise<Bench> {
  if (!benchNames().includes(name)) throw unknownBench(name)
  const { bench } = (await import(join(folder, `${name}.ts`))) as { readonly bench?: Bench }
  if (bench?.name !== name) throw new TypeError(`bench/${name}.ts does not export a benchmark of that name`)
  return bench
}

/** Where the results of a benchmark are kept. */
export function resultFile(name: string): string {
  return join(folder, 'results', `${name}.json`)
}

/** The names of the benchmarks that have kept results. */
export function benchesWithResults(): string[] {
  return benchNames().filter((name) => existsSync(resultFile(name)))
}

function unknownBench(name: string): HubError {
  return new HubError('bench-unknown', `there is no benchmark "${name}". There are: ${benchNames().join(', ')}, all`)
}
