import { createHash } from 'node:crypto'
import { compileContract } from '@samspill/avro'
import {
  envelopeFromHeaders,
  eventSource,
  HubError,
  idMadeFrom,
  type EventReference,
  type NewEvent,
  type ReceivedEvent,
  type Timestamp,
  noHeaders,
} from '@samspill/contracts'
import type { Transaction } from '@samspill/postgres'
import type { HandlerContext, PublishedEvent, Returned, ServiceDefinition } from '@samspill/service'
import { silentLog } from './silent-log.ts'

/** What a service has handled so far in one specification, with what it returned. */
export class HandledEvents {
  readonly #results = new Map<string, readonly PublishedEvent[]>()
  #handled = 0

  /** A number that no earlier event had. */
  next(): number {
    return this.#handled++
  }

  keep(cause: EventReference, results: readonly PublishedEvent[]): void {
    this.#results.set(JSON.stringify([cause.source, cause.id]), results)
  }

  resultsOf(cause: EventReference): readonly PublishedEvent[] {
    return this.#results.get(JSON.stringify([cause.source, cause.id])) ?? []
  }
}

/** Lets a service handle one event, and gives back what it returned. Events it does not subscribe to lead to nothing. */
export async function handleEvent(
  service: ServiceDefinition,
  event: NewEvent,
  transaction: Transaction,
  surroundings: { readonly now: Timestamp; readonly handled: HandledEvents },
): Promise<readonly NewEvent[]> {
  const { now, handled } = surroundings
  const subscription = service.subscriptions.find(({ contract }) => contract.type === event.type)
  if (subscription === undefined) return []
  const received = receive(event, handled.next(), now) as ReceivedEvent<never>
  if (received.annuls === true && !subscription.annulments) {
    throw new HubError(
      'annulment-unhandled',
      `the subscription to ${event.type} does not say that it handles annulments`,
    )
  }
  const context: HandlerContext = {
    transaction,
    replay: received.replay,
    now: () => now,
    log: silentLog,
    link: () => undefined,
    resultOf: async (earlier, contract) => {
      if (!service.keepsResults) {
        throw new HubError('results-not-kept', `${service.name} does not say keepsResults`)
      }
      return handled.resultsOf(earlier).filter(({ type }) => type === contract.type) as never
    },
  }
  const { handling } = subscription
  const returned =
    'each' in handling
      ? listOf(await handling.each(received, context))
      : ((await handling.batch([received], context)) ?? []).flatMap(listOf)
  for (const each of returned) {
    if (!service.publishes.some(({ type }) => type === each.type)) {
      throw new Error(`${service.name} returned ${each.type}, which is not in its "publishes"`)
    }
    compileContract(each.contract).encode(each.data)
  }
  handled.keep(
    received,
    returned.map((each, number) => published(each, { service, cause: received, number })),
  )
  return returned
}

/** The event as it comes out of Kafka: through Avro, with the envelope of a publisher that says only what it must. */
function receive(event: NewEvent, number: number, now: Timestamp): ReceivedEvent {
  const codec = compileContract(event.contract)
  codec.encode(event.data)
  const { stream } = event.contract
  const subject = String((event.data as Record<string, unknown>)[stream.subject.field])
  const envelope = envelopeFromHeaders(noHeaders, {
    topic: stream.name,
    partition: 0,
    offset: BigInt(number),
    timestamp: now,
    key: createHash('sha256').update(subject).digest('base64url').slice(0, 22),
    agency: stream.agency,
    schemaName: event.type,
  })
  return { ...envelope, ...event.envelope, data: event.data }
}

/** A returned event as the hub would publish it, under an id that holds within the specification. */
function published(
  event: NewEvent,
  {
    service,
    cause,
    number,
  }: { readonly service: ServiceDefinition; readonly cause: EventReference; readonly number: number },
): PublishedEvent {
  return {
    source: eventSource(service.agency, service.name),
    id: event.envelope.id ?? idMadeFrom(service.name, cause.source, cause.id, event.type, number),
    type: event.type,
    data: event.data,
  }
}

function listOf(returned: Returned): readonly NewEvent[] {
  if (returned === undefined) return []
  return 'contract' in returned ? [returned] : returned
}
