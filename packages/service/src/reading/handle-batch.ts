import { HubError, type Timestamp } from '@samspill/contracts'
import { acceptAll, lockBatches, lockSubjects, readPosition, savePosition } from '@samspill/postgres'
import type { BatchMode, Database } from '@samspill/postgres'
import { traceParentOf, type ActiveSpan, type Log, type Tracing } from '@samspill/telemetry'
import type { OutgoingEvent } from '../publishing/outgoing-events.ts'
import { appendEvents, prepareEvents, type PublishSurroundings } from '../publishing/publish-events.ts'
import { HandlerFailed } from './handler-failed.ts'
import type { PlannedEvent, PlannedRecord } from './planned-record.ts'
import { runHandlers, type Consequence } from './run-handlers.ts'

/** What a batch is handled with. */
export interface BatchSurroundings extends PublishSurroundings {
  readonly database: Database
  readonly log: Log
  readonly now: () => Timestamp
}

/** A part of one partition: records in order, none of them blocked. */
export interface Batch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly Exclude<PlannedRecord, { kind: 'blocked' }>[]
  /** The offset after the last record. */
  readonly next: bigint
}

/** What a committed batch did. */
export interface BatchResult {
  readonly handled: readonly PlannedEvent[]
  /** Events that the inbox knew already. */
  readonly seen: number
  readonly returned: number
}

/**
 * Handles one batch in one transaction: inbox, the handlers' writes, returned events into the outbox, the next offset.
 * All of it commits or nothing does. Throws HandlerFailed, or what the database answered.
 */
export async function handleBatch(
  batch: Batch,
  surroundings: BatchSurroundings,
  mode: BatchMode = 'beside',
): Promise<BatchResult> {
  const { database, tracing } = surroundings
  const spans: ActiveSpan[] = []
  // One moment for the whole batch, kept in the inbox: a replay shows the handlers the same one.
  const handledAt = surroundings.now()
  try {
    const result = await database.transaction(async (transaction) => {
      const events = batch.records.filter((record) => record.kind === 'event')
      const subjects = events.map((event) => event.subject)
      // Read after the locks are held: what another process did while this one waited is then seen.
      const [, , next] = await Promise.all([
        lockBatches(transaction, mode),
        lockSubjects(transaction, 'handling', subjects),
        readPosition(transaction, batch),
      ])
      if (next !== undefined && next >= batch.next) return { handled: [], seen: events.length, returned: 0 }
      const left = next === undefined ? events : events.filter((event) => event.offset >= next)
      const verdicts = await acceptAll(
        transaction,
        left.map(({ event, contentHash, offset }) => ({
          source: event.source,
          id: event.id,
          type: event.type,
          topic: batch.topic,
          partition: batch.partition,
          offset,
          contentHash,
          replay: event.replay,
        })),
        new Date(handledAt),
      )
      const reused = left.find((_, index) => verdicts[index] === 'id-reused')
      if (reused !== undefined) {
        const reason = 'an earlier event with the same id and source had other content'
        throw new HandlerFailed(reused, new HubError('id-reused', reason))
      }
      const inHand = left
        .filter((_, index) => verdicts[index] === 'new')
        .map((planned) => ({ planned, span: startProcessSpan(planned, batch, tracing, left.length) }))
      spans.push(...inHand.map(({ span }) => span))

      const consequences = await runHandlers(inHand, { ...surroundings, transaction, now: () => handledAt })
      const outgoing = returnedEvents(consequences, surroundings)
      const appended = appendEvents(transaction, outgoing)
      const [moved] = await Promise.all([savePosition(transaction, batch, { from: next, to: batch.next }), appended])
      if (!moved) throw new HubError('position-moved', 'another process handled the same records: this batch is undone')
      return {
        handled: inHand.map(({ planned }) => planned),
        seen: events.length - inHand.length,
        returned: outgoing.length,
      }
    })
    for (const span of spans) span.end()
    return result
  } catch (error) {
    for (const span of spans) {
      span.fail(error)
      span.end()
    }
    throw error
  }
}

function startProcessSpan(planned: PlannedEvent, batch: Batch, tracing: Tracing, count: number): ActiveSpan {
  const { event } = planned
  return tracing.start(`process ${batch.topic}`, {
    kind: 'consumer',
    parent: traceParentOf(event),
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': batch.topic,
      'messaging.destination.partition.id': String(batch.partition),
      'messaging.kafka.offset': Number(planned.offset),
      'messaging.message.id': event.id,
      'messaging.batch.message_count': count,
      'samspill.event.type': event.type,
      'samspill.correlation.id': event.correlationId,
    },
  })
}

/** What the handlers returned, ready for the outbox, in the order of their causes. */
function returnedEvents(consequences: readonly Consequence[], surroundings: BatchSurroundings): OutgoingEvent[] {
  return consequences.flatMap(({ cause, events }) => {
    try {
      return prepareEvents(events, { cause: cause.planned.event, parent: cause.span }, surroundings)
    } catch (error) {
      throw new HandlerFailed(cause.planned, error)
    }
  })
}
