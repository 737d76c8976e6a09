import type { Expectations, SortedHistory } from './history-lines.ts'
import type { Violation } from './violation.ts'

/**
 * Every event that was parked was handled in the end, or is still parked for a reason that was meant: its handler fails
 * for ever on it, or it waits behind such an event of its subject.
 */
export function checkParked(
  { parked, left, handled }: Pick<SortedHistory, 'parked' | 'left' | 'handled'>,
  { failsForEver }: Pick<Expectations, 'failsForEver'>,
): readonly Violation[] {
  const effects = new Set(handled.map(({ service, stream, id }) => `${service} ${stream} ${id}`))
  const stillThere = new Set(left.map(({ service, stream, id }) => `${service} ${stream} ${id}`))
  const vanished = new Map(parked.map((event) => [`${event.service} ${event.stream} ${event.id}`, event]))
  const violations = Array.from(vanished)
    .filter(([name]) => !effects.has(name) && !stillThere.has(name))
    .map(([name]): Violation => ({
      promise: 'parked-unaccounted',
      sentence: `${name} was parked, was never handled, and is parked no more`,
    }))
  for (const { service, stream, id } of handled.filter((effect) => failsForEver(effect.service, effect.id))) {
    const sentence = `${service} ${stream} ${id} was handled although its handler failed for ever: what it did was not undone`
    violations.push({ promise: 'parked-unaccounted', sentence })
  }
  for (const rows of Map.groupBy(left, ({ service, stream, subject }) => `${service} ${stream} ${subject}`).values()) {
    const [head] = rows
    if (head === undefined) continue
    const { service, stream, id, state, code } = head
    const isMeant = state === 'dead' && code === 'permanent-failure' && failsForEver(service, id)
    if (!isMeant) {
      const sentence = `${service} ${stream} ${id} is still ${state} (${code ?? 'no code'}) and nothing was meant to hold it`
      violations.push({ promise: 'parked-unaccounted', sentence })
    }
    for (const row of rows) {
      if (!effects.has(`${row.service} ${row.stream} ${row.id}`)) continue
      const sentence = `${row.service} ${row.stream} ${row.id} is parked although it was handled`
      violations.push({ promise: 'parked-unaccounted', sentence })
    }
    for (const row of rows.slice(1).filter((each) => each.state !== 'waiting')) {
      const sentence = `${row.service} ${row.stream} ${row.id} is ${row.state} although another of its subject is before it`
      violations.push({ promise: 'parked-unaccounted', sentence })
    }
  }
  return violations
}
