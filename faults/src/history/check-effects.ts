import { told } from './check-log.ts'
import {
  countOf,
  nameInStream,
  nameOfEvent,
  type Counted,
  type Expectations,
  type SortedHistory,
} from './history-lines.ts'
import type { Violation } from './violation.ts'

type Handled = SortedHistory['handled'][number]

/** Each event of the log has its effect once in each service that reads it, in order, and what was returned went out. */
export function checkEffects(
  { logged, handled, left }: Pick<SortedHistory, 'logged' | 'handled' | 'left'>,
  { readers, sources }: Pick<Expectations, 'readers' | 'sources'>,
): readonly Violation[] {
  const events = new Map(logged.map((record) => [nameInStream(record), record]))
  return readers.flatMap(({ service, streams }) => {
    const effects = handled.filter((effect) => effect.service === service)
    const known = new Set(effects.map(nameInStream))
    const stillParked = new Set(
      left.filter((each) => each.service === service).map(({ stream, id }) => `${stream} ${id}`),
    )
    // Also where one is in another stream: an inbox knows an event by its source and id.
    const doubles = Array.from(Map.groupBy(effects, nameOfEvent))
      .filter(([, same]) => same.length > 1)
      .map(([name, { length: times }]): Violation => ({
        promise: 'double-effect',
        sentence: `${service} handled ${name} ${times} times`,
      }))
    const missing = Array.from(events.values())
      .filter((event) => streams.includes(event.stream) && !known.has(nameInStream(event)))
      .filter((event) => !stillParked.has(`${event.stream} ${event.id}`))
      .map((event): Violation => ({ promise: 'missing-effect', sentence: `${service} never handled ${told(event)}` }))
    const fromNowhere = effects
      .filter((effect) => !events.has(nameInStream(effect)))
      .map((effect): Violation => ({
        promise: 'effect-from-nowhere',
        sentence: `${service} handled ${told(effect)}, which is not in the log`,
      }))
    const stillBehind = Array.from(events.values()).filter(({ stream, id }) => stillParked.has(`${stream} ${id}`))
    return [
      ...doubles,
      ...missing,
      ...fromNowhere,
      ...inversions(service, effects),
      ...overtaken(service, effects, stillBehind),
      ...returns(service, effects),
      ...returnsFromNowhere(service, effects),
    ]
  })

  /** What a service publishes commits with the handling that it follows from: without that it must not be in the log. */
  function returnsFromNowhere(service: string, effects: readonly Handled[]): readonly Violation[] {
    const causes = new Set(effects.map(({ id }) => id))
    return logged
      .filter(({ source, cause }) => source === sources[service] && !causes.has(cause ?? ''))
      .map((record): Violation => ({
        promise: 'uncommitted',
        sentence: `${told(record)} is in the log, and ${service} has not handled what it follows from`,
      }))
  }

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
      const subject = countOf(effect)
      const before = latest.get(subject) ?? 0
      latest.set(subject, Math.max(before, effect.number))
      if (effect.number > before) return []
      return [{ promise: 'inversion', sentence: `${service} handled ${told(effect)} after number ${before}` }]
    })
}

/** Nothing of a subject is handled while an earlier event of it is parked still. */
function overtaken(service: string, effects: readonly Handled[], parked: readonly Counted[]): readonly Violation[] {
  const latest = new Map<string, Handled>()
  for (const effect of effects) {
    if (effect.number > (latest.get(countOf(effect))?.number ?? 0)) latest.set(countOf(effect), effect)
  }
  return parked.flatMap((event): Violation[] => {
    const last = latest.get(countOf(event))
    if (last === undefined || last.number <= event.number) return []
    return [{ promise: 'inversion', sentence: `${service} handled ${told(last)}, and ${told(event)} is parked still` }]
  })
}
