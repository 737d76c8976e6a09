import type { BenchStage } from './bench-stage.ts'
import type { Goal } from './goal.ts'

/** One benchmark: what is measured, what it is measured against in the same run, and what it has to reach. */
export interface Bench {
  /** The name that `npm run bench` takes; the file is `bench/<name>.ts`. */
  readonly name: string
  /** One sentence for the table. */
  readonly what: string
  /** Makes what all rounds share (topics, tables); what it gives back reaches each contender as `stage.prepared`. */
  prepare?(stage: BenchStage): Promise<unknown>
  readonly contenders: readonly Contender[]
  readonly goals: readonly Goal[]
}

/** One of those that are compared. */
export interface Contender {
  /** Short and unique in its benchmark; goals name figures by it. */
  readonly key: string
  /** What it is, for a reader of the table. */
  readonly what: string
  readonly unit: string
  /** The contender that the ratio in the table is taken against; without it there is none. */
  readonly against?: string
  /** Further figures that a round gives, by name; goals know them as `<key>.<name>`. */
  readonly also?: Readonly<Record<string, { readonly what: string; readonly unit: string }>>
  /** A slow baseline: it gets 10 seconds of work, however much the others do. */
  readonly slow?: true
  /** Runs in one round only: for work that takes minutes. */
  readonly once?: true
  /** Takes part only where `--long` is given. */
  readonly long?: true
  /** How long one round may take before it counts as failed; 120 seconds unless told otherwise. */
  readonly limitSeconds?: number
  /**
   * One round, in a process of its own that ends with it: connects, warms up, measures, hangs up. What it gives back is
   * of the measured time alone.
   */
  run(stage: BenchStage, round: Round): Promise<Measured>
}

export interface Round {
  /** From 1. */
  readonly number: number
  /** How long to measure, in seconds. */
  readonly seconds: number
  /** Whether `--long` was given. */
  readonly long: boolean
}

/** What one round of one contender came to. */
export interface Measured {
  /** In the contender's unit. */
  readonly value: number
  /** The figures that the contender has in `also`. */
  readonly also?: Readonly<Record<string, number>>
}

/** Says that this is a benchmark: the file exports it under the name `bench`. Throws TypeError for one that cannot run. */
export function defineBench(bench: Bench): Bench {
  const names = bench.contenders.flatMap(figureNames)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`${bench.name}: two figures are called "${twice}"`)
  const known = new Set(names)
  const meant = [
    ...bench.goals.flatMap((goal) => [goal.of, ...(goal.against === undefined ? [] : [goal.against])]),
    ...bench.contenders.flatMap(({ against }) => (against === undefined ? [] : [against])),
  ]
  const missing = meant.find((name) => !known.has(name))
  if (missing !== undefined) throw new TypeError(`${bench.name}: there is no figure "${missing}"`)
  return bench
}

/** The names of the figures that one round of a contender gives. */
export function figureNames({ key, also = {} }: Contender): string[] {
  return [key, ...Object.keys(also).map((name) => `${key}.${name}`)]
}
