import type { NewEvent, ReceivedEvent } from '@samspill/contracts'
import { appendToOutbox, type Transaction } from '@samspill/postgres'
import { correctionAttributes, type Tracing, type TraceParent } from '@samspill/telemetry'
import type { OutgoingEvent, OutgoingEvents } from './outgoing-events.ts'

/** What events are published with. */
export interface PublishSurroundings {
  readonly outgoing: OutgoingEvents
  readonly tracing: Tracing
}

/**
 * Gives each event its envelope, its publish span and its bytes, in order. `cause` is the event that they follow from;
 * `parent` is the span they are published in, by default the active one.
 */
export function prepareEvents(
  events: readonly NewEvent[],
  occasion: { readonly cause?: ReceivedEvent; readonly parent?: TraceParent },
  { outgoing, tracing }: PublishSurroundings,
): OutgoingEvent[] {
  const { cause, parent } = occasion
  const numberOf = countingBySubject()
  return events.map((event) => {
    const envelope = outgoing.envelopeOf(event, cause === undefined ? undefined : { event: cause, numberOf })
    const stream = event.contract.stream.name
    const span = tracing.start(`publish ${stream}`, {
      kind: 'producer',
      ...(parent === undefined ? {} : { parent }),
      attributes: () => ({
        'messaging.system': 'kafka',
        'messaging.operation.name': 'publish',
        'messaging.operation.type': 'create',
        'messaging.destination.name': stream,
        'messaging.message.id': envelope.id,
        'samspill.event.type': envelope.type,
        'samspill.correlation.id': envelope.correlationId,
        ...correctionAttributes(envelope),
      }),
    })
    try {
      return outgoing.toOutgoing(event, envelope, span)
    } catch (error) {
      span.fail(error)
      throw error
    } finally {
      span.end()
    }
  })
}

/** Writes events to the outbox in the caller's transaction; call it once per transaction, with all of them. */
export async function appendEvents(transaction: Transaction, events: readonly OutgoingEvent[]): Promise<void> {
  await appendToOutbox(
    transaction,
    events.map((event) => event.row),
  )
}

/** Numbers a cause's events per type and subject, from 0: part of their ids. */
function countingBySubject(): (type: string, subjectKey: string) => number {
  // Most causes have one event: it needs no table.
  let only: string | undefined
  let numbers: Map<string, number> | undefined
  return (type, subjectKey) => {
    const name = `${type} ${subjectKey}`
    if (only === undefined) {
      only = name
      return 0
    }
    numbers ??= new Map([[only, 1]])
    const number = numbers.get(name) ?? 0
    numbers.set(name, number + 1)
    return number
  }
}
