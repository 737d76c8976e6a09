import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HubError } from '@samspill/contracts'
import type { Bench } from './bench.ts'
import type { BenchStage } from './bench-stage.ts'
import { loadBench, resultFile } from './bench-files.ts'
import { lineOf, resultOf, type BenchResult } from './bench-result.ts'
import { machineFacts } from './machine-facts.ts'
import { ownStack } from './own-stack.ts'
import { writePerformancePage } from './performance-page.ts'
import { readable, runBench } from './run-bench.ts'
import { runRound } from './run-round.ts'

export interface MeasureOptions {
  readonly rounds: number
  readonly json: boolean
  readonly long: boolean
  /** The keys of those that take part; all without it. */
  readonly only: readonly string[] | undefined
  /** Where processor profiles go; none are made without it. */
  readonly profiles: string | undefined
  readonly signal: AbortSignal
}

/** Fewer rounds say too little to be kept. */
const fewestKept = 5
const shortMinutes = 10
const usualLimitSeconds = 120

/**
 * Runs one benchmark on a stack of its own, prints what came out, and keeps it where there were rounds enough. Throws
 * `bench-unknown`, `contender-unknown`, and what the benchmark throws; the stack is gone then too.
 */
export async function measure(name: string, options: MeasureOptions): Promise<void> {
  const { rounds, json, long, only, profiles } = options
  const whole = await loadBench(name)
  const bench = only === undefined ? whole : onlyThese(whole, only)
  const tell = (line: string): void => void process.stderr.write(`${name}: ${line}\n`)
  const result = await (async (): Promise<BenchResult> => {
    await using own = await ownStack(tell)
    Object.assign(process.env, own.stage.environment, { SAMSPILL_STACK: own.stage.stack })
    options.signal.throwIfAborted()
    const stage: BenchStage = { ...own.stage, prepared: await bench.prepare?.(own.stage) }
    const limit = new AbortController()
    const signal = AbortSignal.any([options.signal, limit.signal])
    if (!long) setTimeout(() => limit.abort(tooLong(name)), shortMinutes * 60_000).unref()
    const figures = await runBench(bench, stage, {
      rounds,
      long,
      onProgress: tell,
      runRound: (contender, round, at) =>
        runRound(
          { bench: name, contender: contender.key, stage: at, round },
          { limitSeconds: contender.limitSeconds ?? usualLimitSeconds, profiles, signal },
        ),
    })
    const machine = await machineFacts(own.stack)
    return resultOf(bench, figures, { at: new Date().toISOString(), machine, rounds, long })
  })()
  process.stdout.write(textOf(result))
  if (rounds >= fewestKept && profiles === undefined && only === undefined) await keep(result)
  else process.stdout.write(`Not kept: that takes at least ${fewestKept} rounds of all contenders, without profiles.\n`)
  if (json) process.stdout.write(`${JSON.stringify(lineOf(result))}\n`)
}

function tooLong(name: string): HubError {
  const wayOut = 'run it with --long, with fewer --rounds, or with some of its contenders alone (--only)'
  return new HubError('bench-too-long', `${name} took longer than ${shortMinutes} minutes: ${wayOut}`)
}

/** The benchmark with these contenders alone. Throws `contender-unknown` with those that there are. */
export function onlyThese(bench: Bench, keys: readonly string[]): Bench {
  const known = bench.contenders.map(({ key }) => key)
  const unknown = keys.find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw new HubError('contender-unknown', `${bench.name} has no contender "${unknown}". It has: ${known.join(', ')}`)
  }
  return { ...bench, contenders: bench.contenders.filter(({ key }) => keys.includes(key)) }
}

async function keep(result: BenchResult): Promise<void> {
  const file = resultFile(result.bench)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`)
  await writePerformancePage()
}

function textOf({ bench, rows, goals, notMeasured }: BenchResult): string {
  const lines = [
    `\n${bench}`,
    ...rows.map(({ what, median, spread, unit, ratio }) => {
      const beside = ratio === null ? '' : `  × ${readable(ratio)}`
      return `  ${readable(median).padStart(12)} ${unit.padEnd(14)} ± ${readable(spread * 50)} %  ${what}${beside}`
    }),
    ...goals.map(({ goal, value, low, high, met }) => {
      return `  ${met ? 'met    ' : 'not met'} ${goal}: ${readable(value)} (${readable(low)} to ${readable(high)})`
    }),
    ...notMeasured.map((goal) => `  not measured in this run: ${goal}`),
  ]
  return `${lines.join('\n')}\n`
}
