import { told } from './check-log.ts'
import { nameOfEvent, type Expectations, type SortedHistory } from './history-lines.ts'
import type { Violation } from './violation.ts'

type Handled = SortedHistory['handled'][number]

/** Each event of the log has its effect once in each service that reads it, in order, and what was returned went out. */
export function checkEffects(
  { logged, handled, left }: Pick<SortedHistory, 'logged' | 'handled' | 'left'>,
  { readers, sources }: Pick<Expectations, 'readers' | 'sources'>,
): readonly Violation[] {
  const events = new Map(logged.map((record) => [`${record.stream} ${nameOfEvent(record)}`, record]))
  return readers.flatMap(({ service, streams }) => {
    const effects = handled.filter((effect) => effect.service === service)
    const count = new Map<string, number>()
    for (const effect of effects) count.set(nameInStream(effect), (count.get(nameInStream(effect)) ?? 0) + 1)
    const stillParked = new Set(
      left.filter((each) => each.service === service).map(({ stream, id }) => `${stream} ${id}`),
    )
    const doubles = Array.from(count)
      .filter(([, times]) => times > 1)
      .map(([name, times]): Violation => ({
        promise: 'double-effect',
        sentence: `${service} handled ${name} ${times} times`,
      }))
    const missing = Array.from(events.values())
      .filter((event) => streams.includes(event.stream) && !count.has(nameInStream(event)))
      .filter((event) => !stillParked.has(`${event.stream} ${event.id}`))
      .map((event): Violation => ({ promise: 'missing-effect', sentence: `${service} never handled ${told(event)}` }))
    const fromNowhere = effects
      .filter((effect) => !events.has(nameInStream(effect)))
      .map((effect): Violation => ({
        promise: 'effect-from-nowhere',
        sentence: `${service} handled ${told(effect)}, which is not in the log`,
      }))
    return [...doubles, ...missing, ...fromNowhere, ...inversions(service, effects), ...returns(service, effects)]
  })

  function returns(service: string, effects: readonly Handled[]): readonly Violation[] {
    const bySource = logged.filter(({ source }) => source === sources[service])
    const following = Map.groupBy(bySource, (record) => record.cause ?? '')
    return effects.flatMap((effect): Violation[] => {
      const ids = new Set(following.get(effect.id)?.map(({ id }) => id))
      if (effect.returned && ids.size === 0) {
        const sentence = `what ${service} returned for ${told(effect)} is not in the log`
        return [{ promise: 'return-missing', sentence }]
      }
      if (ids.size <= (effect.returned ? 1 : 0)) return []
      const sentence = `${service} returned one event for ${told(effect)}, and the log has ${ids.size} of different ids`
      return [{ promise: 'double-return', sentence }]
    })
  }
}

/** In the order in which a service handled them, a subject's events of one stream and series count up. */
function inversions(service: string, effects: readonly Handled[]): readonly Violation[] {
  const seen = new Set<string>()
  const latest = new Map<string, number>()
  return effects
    .toSorted((one, other) => one.order - other.order)
    .flatMap((effect): Violation[] => {
      if (seen.has(nameInStream(effect))) return []
      seen.add(nameInStream(effect))
      const subject = `${effect.source} ${effect.stream} ${effect.series} ${effect.subject}`
      const before = latest.get(subject) ?? 0
      latest.set(subject, Math.max(before, effect.number))
      if (effect.number > before) return []
      return [{ promise: 'inversion', sentence: `${service} handled ${told(effect)} after number ${before}` }]
    })
}

function nameInStream(event: { readonly stream: string; readonly source: string; readonly id: string }): string {
  return `${event.stream} ${nameOfEvent(event)}`
}
