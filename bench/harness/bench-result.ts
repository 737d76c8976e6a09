import { figureNames, type Bench, type Contender } from './bench.ts'
import { judge, type Figures, type Verdict } from './goal.ts'
import type { MachineFacts } from './machine-facts.ts'
import { geometricMean, median, pairedRatios, spread } from './statistics.ts'

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly median: number
  /** Largest minus smallest, as a share of the median. */
  readonly spread: number
  readonly unit: string
  /** To the contender that this one is held against: geometric mean of the rounds' ratios; null where there is none. */
  readonly ratio: number | null
}

/** What a run came to, as it is kept in `bench/results/<name>.json`. */
export interface BenchResult {
  readonly bench: string
  readonly what: string
  /** ISO 8601. */
  readonly at: string
  readonly machine: MachineFacts
  readonly rounds: number
  readonly long: boolean
  readonly rows: readonly Row[]
  readonly goals: readonly Verdict[]
  /** Goals whose figures only `--long` measures, in words. */
  readonly notMeasured: readonly string[]
  /** Every value of every round, by figure. */
  readonly values: Readonly<Record<string, readonly number[]>>
}

/** The last line of `--json`. */
export interface BenchLine {
  readonly bench: string
  readonly rows: readonly Row[]
  readonly goals: readonly { readonly goal: string; readonly value: number; readonly met: boolean }[]
}

/** Makes rows and verdicts of what the rounds measured. */
export function resultOf(
  bench: Bench,
  figures: Figures,
  run: Pick<BenchResult, 'at' | 'machine' | 'rounds' | 'long'>,
): BenchResult {
  const verdicts = bench.goals.map((goal) => judge(goal, figures))
  return {
    bench: bench.name,
    what: bench.what,
    ...run,
    rows: bench.contenders.flatMap((contender) => rowsOf(contender, figures)),
    goals: verdicts.filter((verdict) => verdict !== undefined),
    notMeasured: bench.goals.filter((_, index) => verdicts[index] === undefined).map(({ goal }) => goal),
    values: Object.fromEntries(figures),
  }
}

/** What `--json` prints of a result. */
export function lineOf({ bench, rows, goals }: BenchResult): BenchLine {
  return { bench, rows, goals: goals.map(({ goal, value, met }) => ({ goal, value, met })) }
}

function rowsOf(contender: Contender, figures: Figures): Row[] {
  return figureNames(contender).flatMap((name) => {
    const values = figures.get(name)
    if (values === undefined) return []
    const also = contender.also?.[name.slice(contender.key.length + 1)]
    const what = also === undefined ? contender.what : `${contender.what}: ${also.what}`
    const unit = also?.unit ?? contender.unit
    const others = also === undefined ? figures.get(contender.against ?? '') : undefined
    const ratio = others === undefined ? null : geometricMean(pairedRatios(values, others)).value
    return [{ what, median: median(values), spread: spread(values), unit, ratio }]
  })
}
