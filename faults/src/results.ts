import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { HubError } from '@samspill/contracts'
import { faultKinds, type FaultKind } from './plan/fault-kinds.ts'
import type { Violation } from './history/violation.ts'

/** What is kept of one run. */
export interface RunEntry {
  readonly seed: number
  readonly fault: FaultKind
  readonly bite: string
  readonly acknowledged: number
  readonly parked: number
  readonly violations: readonly Violation[]
  readonly seconds: number
  /** The commit that was run; with `+` where code differed from it. Left out in runs from before it was noted. */
  readonly commit?: string
}

/** What is kept of many runs, in faults/results. */
export interface KeptResult {
  /** Where and when the runs were made. */
  readonly machine: string
  readonly from: string
  readonly to: string
  readonly runs: readonly RunEntry[]
}

/** All runs in one line, as `--json` prints it. */
export interface Totals {
  readonly runs: number
  readonly acknowledged: number
  /** Acknowledged, committed or returned events that are not in the log, and events that never had their effect. */
  readonly missing: number
  readonly doubleEffects: number
  readonly inversions: number
  /** Events that were parked on their way. */
  readonly parked: number
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
  readonly seconds: number
}

/** Adds up runs. */
export function totalsOf(runs: readonly RunEntry[]): Totals {
  const sum = (of: (run: RunEntry) => number): number => runs.reduce((total, run) => total + of(run), 0)
  const broken = (...promises: Violation['promise'][]): number =>
    sum(({ violations }) => violations.filter(({ promise }) => promises.includes(promise)).length)
  const counts = faultKinds.map((kind) => [kind, runs.filter(({ fault }) => fault === kind).length] as const)
  return {
    runs: runs.length,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    missing: broken('missing', 'return-missing', 'missing-effect'),
    doubleEffects: broken('double-effect', 'double-return'),
    inversions: broken('inversion'),
    parked: sum(({ parked }) => parked),
    faults: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    seconds: Math.round(sum(({ seconds }) => seconds)),
  }
}

/** Reads the kept result; undefined where there is none yet. Throws `result-unreadable` for what is none. */
export function readResult(path: string): KeptResult | undefined {
  if (!existsSync(path)) return undefined
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Partial<KeptResult> | null
    if (Array.isArray(kept?.runs) && kept.runs.every(isRun)) return kept as KeptResult
    throw new TypeError('it holds no list of runs, each with its seed and fault')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HubError(
      'result-unreadable',
      `--resume would add to ${path}, and that is no kept result (${why}): restore it with git, or move it away`,
      { cause },
    )
  }
}

function isRun(run: Partial<RunEntry> | null): boolean {
  return Number.isSafeInteger(run?.seed) && faultKinds.some((kind) => kind === run?.fault)
}

/** Writes the kept result, the whole file at once. */
export function writeResult(path: string, result: KeptResult): void {
  const { runs, ...facts } = result
  const lines = runs.map((run) => `    ${JSON.stringify(run)}`).join(',\n')
  const head = JSON.stringify({ ...facts, totals: totalsOf(runs) }, null, 2).slice(0, -2)
  writeFileSync(`${path}.half`, `${head},\n  "runs": [\n${lines}\n  ]\n}\n`)
  renameSync(`${path}.half`, path)
}
