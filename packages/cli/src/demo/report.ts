import type { LivedDay, ObservedEvent } from '@samspill/testing'

/** What happened on a day, as `samspill demo --json` prints it. */
export interface DemoReport {
  /** Records on the streams since the day began, by event type. */
  readonly published: Readonly<Record<string, number>>
  /** Events in each service's inbox since the day began. */
  readonly handled: Readonly<Record<string, number>>
  /** Of those published, the ones that a handler returned, by event type. */
  readonly returned: Readonly<Record<string, number>>
  readonly cases: readonly Case[]
  readonly seconds: { readonly setUp: number; readonly day: number }
}

/** One layoff's trace. */
export interface Case {
  /** The id of the LayoffRegistered that began it. */
  readonly eventId: string
  readonly traceId: string
  /** Those with a process or publish span in the trace. */
  readonly services: readonly string[]
  readonly spans: number
}

/** Counts records by event type, in the order of the names. */
export function countByType(events: readonly ObservedEvent[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1)
  return Object.fromEntries(Array.from(counts).toSorted(([one], [other]) => one.localeCompare(other)))
}

/** What the streams tell of a day. */
export function publishedOn(day: LivedDay): Pick<DemoReport, 'published' | 'returned'> {
  const { events } = day.observation
  return {
    published: countByType(events),
    returned: countByType(events.filter((event) => event.causationId !== undefined)),
  }
}

/** The layoffs whose traces are worth looking at: those that came all the way to a draft, then the others. */
export function likelyCases(day: LivedDay, most: number): readonly string[] {
  const prepared = new Set(
    day.observation.events
      .filter((event) => event.type === 'bergen.social_assistance.SocialAssistanceDraftPrepared')
      .map((event) => event.data.layoffId),
  )
  const reachesDraft = (index: number): boolean => prepared.has(day.country.layoffs[index]?.layoffId)
  const ids = day.layoffEventIds
  return [...ids.filter((_, index) => reachesDraft(index)), ...ids.filter((_, index) => !reachesDraft(index))].slice(
    0,
    most,
  )
}

/** How many events each service published, by its own name; what came in through ingress counts for its sender. */
export function publishedBySystem(events: readonly ObservedEvent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { source } of events) {
    const system = source?.split('/').at(-1)
    if (system !== undefined) counts.set(system, (counts.get(system) ?? 0) + 1)
  }
  return counts
}
