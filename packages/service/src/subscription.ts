import { HubError } from '@samspill/contracts'
import type {
  AnyContract,
  EventContract,
  EventReference,
  NewEvent,
  ReceivedEvent,
  Timestamp,
} from '@samspill/contracts'
import type { Transaction } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'

/** What a handler works with besides the event. */
export interface HandlerContext {
  /** The batch's transaction: the service's writes, its inbox and the events it returns commit together. */
  readonly transaction: Transaction
  readonly log: Log
  /** True while history is read again: what must not happen twice outside of the service is then better left alone. */
  readonly replay: boolean
  /** When the batch is handled: the same moment for all its events, and the same again while history is read again. */
  now(): Timestamp
  /** Links the span of this handling to an earlier event that the decision rests on too. */
  link(earlier: { readonly traceparent: string; readonly tracestate?: string }): void
  /**
   * The events of one type that this service returned for an earlier event, in order; none where it returned none, or
   * where its results were not kept yet. For a handler that corrects what followed from it. Rejects with
   * `results-not-kept` where the service does not say `keepsResults`.
   */
  resultOf<Type extends string, Data>(
    earlier: EventReference,
    contract: EventContract<Type, Data>,
  ): Promise<readonly PublishedEvent<Data>[]>
}

/** An event that this service has published. */
export interface PublishedEvent<Data = unknown> extends EventReference {
  readonly type: string
  readonly data: Data
}

/** What a handler may give back: nothing, one event, or several. */
export type Returned = void | NewEvent | readonly NewEvent[]

/** How often, and with which pauses, an event is tried again that a handler failed at. */
export interface Retries {
  /** Attempts in all, before a person must look. What is outside being away, and RetryLater, use none up. */
  readonly attempts: number
  /** The pause after the first failure, in milliseconds; it doubles with each further one. */
  readonly firstMilliseconds: number
  /** No pause grows longer, in milliseconds. */
  readonly longestMilliseconds: number
}

/** About half an hour, from one second between attempts to a quarter of an hour. */
export const defaultRetries: Retries = { attempts: 12, firstMilliseconds: 1_000, longestMilliseconds: 900_000 }

/** One event type that a service handles. */
export interface Subscription<Announced extends string = string> {
  readonly contract: AnyContract
  /** True: subjects run side by side in the pipeline, each subject's events still in turn. */
  readonly independent: boolean
  /** False: an event that takes back an earlier one is a dead letter, since the handler would take it for news. */
  readonly annulments: boolean
  readonly handling: Handling
  readonly retries: Retries
  /** The event types that the handler returns; a type, never a value. */
  readonly announces?: Announced
}

/** How a subscription handles: event by event, or many at once. */
export type Handling =
  | { readonly each: (event: ReceivedEvent<never>, context: HandlerContext) => Returned | Promise<Returned> }
  | {
      readonly batch: (
        events: readonly ReceivedEvent<never>[],
        context: HandlerContext,
      ) => void | readonly Returned[] | Promise<void | readonly Returned[]>
    }

type AnnouncedBy<Result> = Result extends readonly (infer One)[]
  ? AnnouncedBy<One>
  : Result extends NewEvent<infer Type, infer _>
    ? Type
    : never

/** Handles the events of one type one after another. What the handler returns is published when the batch commits. */
export function on<Type extends string, Data, Result extends Returned>(
  contract: EventContract<Type, Data>,
  handle: (event: ReceivedEvent<Data>, context: HandlerContext) => Result | Promise<Result>,
  options: {
    /** The handler touches only its own subject's rows, or shared rows by single statements such as `set n = n + 1`. */
    readonly independent?: boolean
    /** The handler looks at `event.annuls`: what its data says was taken back, and never was. */
    readonly annulments?: boolean
    /** 12 attempts, pauses from 1 s to 15 min, unless told otherwise. */
    readonly retries?: Partial<Retries>
  } = {},
): Subscription<AnnouncedBy<Result>> {
  const { independent = false, annulments = false } = options
  return { contract, independent, annulments, handling: { each: handle }, retries: retriesOf(options.retries) }
}

/**
 * Handles many events of one type at once, in the order of the stream; what it returns is, for each event in the same
 * order, what follows from it: as many results as events, or nothing at all.
 */
export function onBatch<Type extends string, Data, Result extends Returned = void>(
  contract: EventContract<Type, Data>,
  handle: (
    events: readonly ReceivedEvent<Data>[],
    context: HandlerContext,
  ) => void | readonly Result[] | Promise<void | readonly Result[]>,
  options: {
    /** The handler looks at `event.annuls`: what its data says was taken back, and never was. */
    readonly annulments?: boolean
    /** 12 attempts, pauses from 1 s to 15 min, unless told otherwise. */
    readonly retries?: Partial<Retries>
  } = {},
): Subscription<AnnouncedBy<Result>> {
  const { annulments = false } = options
  return { contract, independent: false, annulments, handling: { batch: handle }, retries: retriesOf(options.retries) }
}

/** Throws `retries-invalid` for numbers that would try for ever, or never. */
function retriesOf(given: Partial<Retries> = {}): Retries {
  const retries = { ...defaultRetries, ...given }
  const { attempts, firstMilliseconds, longestMilliseconds } = retries
  if (Number.isSafeInteger(attempts) && attempts >= 1 && firstMilliseconds > 0 && longestMilliseconds < Infinity) {
    return { ...retries, longestMilliseconds: Math.max(firstMilliseconds, longestMilliseconds) }
  }
  throw new HubError(
    'retries-invalid',
    'retries need attempts of at least 1, and pauses above 0 that do not grow for ever (milliseconds)',
  )
}
