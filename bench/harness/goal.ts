import { geometricMean, pairedRatios, type Estimate } from './statistics.ts'

/** What a figure has to reach: itself, or as a ratio to another figure of the same round. */
export interface Goal {
  /** In words, e.g. `at least 0.8 × bare lanes`. */
  readonly goal: string
  /** The figure: a contender's key, or `<key>.<name>`. */
  readonly of: string
  readonly against?: string
  readonly least?: number
  readonly most?: number
}

/** How a goal came out. */
export interface Verdict extends Estimate {
  readonly goal: string
  /** Rounds that the verdict rests on. */
  readonly rounds: number
  /** Whether the whole interval lies on the goal's side. */
  readonly met: boolean
}

/** A figure's values, one per round. */
export type Figures = ReadonlyMap<string, readonly number[]>

/**
 * Judges a goal: the 95 % interval of the per-round values, or of the paired per-round ratios, must lie on the goal's
 * side as a whole. Undefined where a figure was not measured in this run.
 */
export function judge(goal: Goal, figures: Figures): Verdict | undefined {
  const own = figures.get(goal.of)
  const others = goal.against === undefined ? undefined : figures.get(goal.against)
  if (own === undefined || (goal.against !== undefined && others === undefined)) return undefined
  const values = others === undefined ? own : pairedRatios(own, others)
  const estimate = geometricMean(values)
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = goal
  const met = estimate.low >= least && estimate.high <= most
  return { goal: goal.goal, ...estimate, rounds: values.length, met }
}
