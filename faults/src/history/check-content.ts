import { told } from './check-log.ts'
import { countOf, nameInStream, type Counted, type SortedHistory } from './history-lines.ts'
import type { Violation } from './violation.ts'

/** What is told of an event is the same everywhere: where it was published, in the log, and where it was handled. */
export function checkContent({
  acknowledged,
  written,
  logged,
  handled,
}: Pick<SortedHistory, 'acknowledged' | 'written' | 'logged' | 'handled'>): readonly Violation[] {
  const first = new Map<string, Counted>()
  const altered = new Map<string, Violation>()
  for (const event of [...acknowledged, ...written, ...logged, ...handled]) {
    const name = nameInStream(event)
    const known = first.get(name)
    if (known === undefined) first.set(name, event)
    else if (known.number !== event.number || countOf(known) !== countOf(event)) {
      altered.set(name, { promise: 'altered', sentence: `${told(known)} is ${told(event)} elsewhere` })
    }
  }
  return [...altered.values()]
}
