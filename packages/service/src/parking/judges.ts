import type { HandlerFailure } from '../reading/batch-failed.ts'
import { nameOfKey } from '../reading/batch.ts'
import type { WorkableRecord } from '../reading/planned-record.ts'
import type { Judge } from '../reading/settle-batch.ts'
import { askedPause } from '../retry-pause.ts'
import { isOfTheRecord } from './failure-kind.ts'
import type { Outcome } from './breaker.ts'

/** What a judge of first attempts reports to. */
export interface Watcher {
  isOpen(): boolean
  /** True where the breaker is open now. `error` is one of the failures. */
  observe(outcomes: readonly Outcome[], error: unknown): boolean
}

/** Judges first attempts: shows them to the stream's breaker. */
export function judgeOfFirstAttempts(watcher: Watcher): Judge {
  return {
    halts(failures, passed) {
      if (watcher.isOpen()) return true
      const failed = new Map([...failures].filter(([, { error }]) => !isOfTheRecord(error)))
      const [first] = failed.values()
      if (first === undefined) return false
      return watcher.observe(outcomesOf(failed, passed), first.error)
    },
    passed(records) {
      if (records.length > 0) watcher.observe(outcomesOf(new Map(), records), undefined)
    },
  }
}

/** Judges retries: where the breaker of one of the streams is open by now, nothing is counted. */
export function judgeOfRetries(isOpen: (stream: string) => boolean): Judge {
  return {
    halts: (failures) => Array.from(failures.keys()).some(({ stream }) => isOpen(stream)),
    passed() {},
  }
}

/** Judges a few events that are tried while the breaker is open: most of them must succeed. */
export interface ProbeJudge extends Judge {
  /** `passed`: most have succeeded. `failed`: most have not. Undefined where nothing was tried that could tell. */
  readonly verdict: 'passed' | 'failed' | undefined
  /** How long all of the failures ask to be left alone, in milliseconds: what one of them asks for holds for that event alone. */
  readonly asked: number
}

/** Makes the judge of one probe of so many subjects. */
export function judgeOfProbe(subjects: number): ProbeJudge {
  const failed = new Set<string>()
  let verdict: ProbeJudge['verdict']
  let asked = Infinity
  return {
    get verdict() {
      return verdict
    },
    get asked() {
      return failed.size === 0 ? 0 : asked
    },
    halts(failures) {
      for (const [record, { error }] of failures) {
        if (isOfTheRecord(error)) continue
        failed.add(subjectOf(record))
        asked = Math.min(asked, askedPause(error))
      }
      if (failed.size * 2 <= subjects) return false
      verdict = 'failed'
      return true
    },
    passed(records) {
      if (records.length > 0) verdict = 'passed'
    },
  }
}

/** In the order in which the records stand: what came last counts most. */
function outcomesOf(
  failures: ReadonlyMap<WorkableRecord, HandlerFailure>,
  passed: readonly WorkableRecord[],
): Outcome[] {
  // They stand in order already.
  if (failures.size === 0) return passed.map((record) => ({ subject: subjectOf(record), failed: false }))
  return [
    ...Array.from(failures.keys(), (record) => ({ record, failed: true })),
    ...passed.map((record) => ({ record, failed: false })),
  ]
    .toSorted(({ record: one }, { record: other }) => Number(one.offset - other.offset))
    .map(({ record, failed }) => ({ subject: subjectOf(record), failed }))
}

/** Who a record is about, as far as it can be told. Never leaves the process. */
export function subjectOf(record: WorkableRecord): string {
  return record.kind === 'event' ? record.subject : nameOfKey(record)
}
