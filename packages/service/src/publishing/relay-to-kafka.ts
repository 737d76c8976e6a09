import { headerText, HubError } from '@samspill/contracts'
import type { Lanes } from '@samspill/kafka'
import { outboxStatus, startRelay, type Database, type Relay, type RelayRow } from '@samspill/postgres'
import type { Log, Tracing } from '@samspill/telemetry'
import type { ServiceMetrics } from '../service-metrics.ts'

/**
 * Starts the relay of one schema's outbox: rows go to Kafka in id order, and are deleted when all in-sync replicas have
 * acknowledged them. The send continues the trace of the event.
 */
export function startRelayToKafka(options: {
  readonly database: Database
  readonly lanes: Lanes
  readonly tracing: Tracing
  readonly log: Log
  readonly metrics: ServiceMetrics
  readonly now: () => number
}): Relay {
  const { lanes, tracing, metrics, now, database, log } = options
  metrics.observeOutbox(async () => {
    try {
      return await outboxStatus(database)
    } catch (error) {
      log.debug('what waits in the outbox cannot be counted now', { error })
      return undefined
    }
  })
  return startRelay({
    database,
    log,
    stuck: () => lanes.stuck(),
    onVacuum: (outcome) => metrics.vacuumed(outcome),
    send: (row, signal) => {
      const span = tracing.start(`send ${row.topic}`, {
        kind: 'producer',
        ...traceOf(row),
        attributes: () => ({
          'messaging.system': 'kafka',
          'messaging.operation.name': 'send',
          'messaging.operation.type': 'send',
          'messaging.destination.name': row.topic,
          'messaging.message.id': row.eventId,
          'samspill.event.type': row.type,
        }),
      })
      const { topic, key, value, headers, createdAt } = row
      const record = { topic, key, value, headers, timestamp: createdAt }
      return new Promise((resolve, reject) => {
        lanes.offer(
          record,
          { signal },
          {
            acknowledged({ partition, offset }) {
              span.set({
                'messaging.destination.partition.id': String(partition),
                'messaging.kafka.offset': Number(offset),
              })
              span.end()
              metrics.sent(topic, Math.max(0, now() - createdAt) / 1000)
              resolve(undefined)
            },
            refused(error) {
              span.fail(error)
              span.end()
              // A stream that is not there yet is no fault of the event: it waits in the outbox until the topic is made.
              reject(error.code === 'topic-unknown' ? new HubError(error.code, error.message, { cause: error }) : error)
            },
          },
        )
      })
    },
  })
}

function traceOf(row: RelayRow): { parent?: { traceparent: string; tracestate?: string } } {
  const traceparent = headerText(row.headers, 'traceparent')
  const tracestate = headerText(row.headers, 'tracestate')
  if (traceparent === undefined) return {}
  return { parent: { traceparent, ...(tracestate === undefined ? {} : { tracestate }) } }
}
