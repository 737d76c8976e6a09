/** One event as its publisher counted it: the numbers of a subject count up from 1 within a stream. */
export interface Counted {
  readonly id: string
  readonly source: string
  readonly stream: string
  /** The stream that a subject's numbers belong to: an event that follows from another keeps that one's. */
  readonly series: string
  readonly subject: string
  readonly number: number
}

/** What is known of a run, as it is written down: each line one thing that happened. */
export type HistoryLine =
  /** A publisher was told that the event is safe: 202, an acknowledgement of the brokers, a COMMIT that succeeded. */
  | ({ readonly kind: 'acknowledged' } & Counted)
  /** A business row that stands in a publisher's database: its event has committed with it. */
  | ({ readonly kind: 'written' } & Counted)
  /** A record of a stream, in the order of its partition. */
  | ({
      readonly kind: 'logged'
      readonly partition: number
      readonly offset: number
      /** The id of the event that it follows from. */
      readonly cause?: string
    } & Counted)
  /** An effect of a service, written in the handler's transaction; `order` grows in the order of the handlings. */
  | ({
      readonly kind: 'handled'
      readonly service: string
      readonly order: number
      /** The handler gave back an event. */
      readonly returned: boolean
    } & Counted)
  /** An event that was parked in a service, at any time. */
  | { readonly kind: 'parked'; readonly service: string; readonly stream: string; readonly id: string }
  /** An event that is still parked in the end, in the order of its subject. */
  | {
      readonly kind: 'left'
      readonly service: string
      readonly stream: string
      readonly id: string
      readonly subject: string
      readonly state: 'waiting' | 'retrying' | 'dead'
      readonly code: string | null
    }
  /** Something that had not come to its end when the run's time was over. */
  | { readonly kind: 'behind'; readonly what: string }

/** What a run was to do, as far as the checker must know. */
export interface Expectations {
  /** Which service handles which streams. */
  readonly readers: readonly { readonly service: string; readonly streams: readonly string[] }[]
  /** The sources whose events are published from an outbox: what is in their log must have been written. */
  readonly outboxSources: readonly string[]
  /** The source of the events that a service returns, by service. */
  readonly sources: Readonly<Record<string, string>>
  /** True where a service's handler fails for ever on this event. */
  readonly failsForEver: (service: string, id: string) => boolean
}

/** A history, sorted by what happened. */
export type SortedHistory = {
  readonly [Kind in Exclude<HistoryLine['kind'], 'behind'>]: readonly Extract<HistoryLine, { kind: Kind }>[]
}

/** The identity of an event, as every inbox knows it. */
export function nameOfEvent({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source} ${id}`
}

/** The event in its stream: in another stream it is as good as lost. */
export function nameInStream(event: { readonly stream: string; readonly source: string; readonly id: string }): string {
  return `${event.stream} ${nameOfEvent(event)}`
}

/** Whose numbers count up. */
export function countOf({ source, stream, series, subject }: Omit<Counted, 'id' | 'number'>): string {
  return `${source} ${stream} ${series} ${subject}`
}
