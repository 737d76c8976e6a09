import { checkContent } from './check-content.ts'
import { checkEffects } from './check-effects.ts'
import { checkLog } from './check-log.ts'
import { checkParked } from './check-parked.ts'
import { nameOfEvent, type Expectations, type HistoryLine } from './history-lines.ts'
import type { Violation } from './violation.ts'

/** What a history says. */
export interface Verdict {
  readonly acknowledged: number
  /** Events that were parked at any time, per service. */
  readonly parked: number
  readonly violations: readonly Violation[]
}

/** Checks the whole history of a run against the hub's promises. */
export function checkHistory(lines: readonly HistoryLine[], expected: Expectations): Verdict {
  const of = <Kind extends HistoryLine['kind']>(kind: Kind): Extract<HistoryLine, { kind: Kind }>[] =>
    lines.filter((line): line is Extract<HistoryLine, { kind: Kind }> => line.kind === kind)
  const history = {
    acknowledged: of('acknowledged'),
    written: of('written'),
    logged: of('logged'),
    handled: of('handled'),
    parked: of('parked'),
    left: of('left'),
  }
  return {
    acknowledged: new Set(history.acknowledged.map(nameOfEvent)).size,
    parked: new Set(history.parked.map(({ service, stream, id }) => `${service} ${stream} ${id}`)).size,
    violations: [
      ...checkContent(history),
      ...checkLog(history, expected),
      ...checkEffects(history, expected),
      ...checkParked(history, expected),
      ...of('behind').map(({ what }): Violation => ({ promise: 'behind', sentence: what })),
    ],
  }
}
