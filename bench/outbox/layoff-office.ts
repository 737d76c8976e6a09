import { randomBytes, randomUUID } from 'node:crypto'
import { connectRegistry, createCodecs } from '@samspill/avro'
import { readConfig, type HubConfig } from '@samspill/config'
import { headerText, keySecret, timestamp, type EventContract, type RecordHeaders } from '@samspill/contracts'
import { connectKafka, createLanes, type Lanes } from '@samspill/kafka'
import { appendToOutbox, createOutboxTables, openDatabase, type PlainClient, type Relay } from '@samspill/postgres'
import {
  createOutgoingEvents,
  createServiceMetrics,
  prepareEvents,
  startRelayToKafka,
  type OutgoingEvents,
} from '@samspill/service'
import { startTelemetry, type Tracing } from '@samspill/telemetry'
import { connectTestHub, describeStream, throwAwayAgency, type ThrowAwayOptions } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import { tablesOf } from './tables.ts'

/** The event that an agency's system announces beside a row of its own. */
export interface Layoff {
  readonly subject: string
  readonly employer: string
  readonly percent: number
}

interface Prepared {
  readonly agency: string
  readonly secret: string
}

/** Makes the stream that all rounds publish to. */
export async function prepareOutbox(): Promise<Prepared> {
  await using hub = await connectTestHub()
  const agency = throwAwayAgency()
  await hub.createStream(optionsOf(agency))
  return { agency, secret: randomBytes(32).toString('base64url') }
}

/** An agency's own system: its database with a business table and the outbox, and the relay in the same process. */
export interface LayoffOffice extends AsyncDisposable {
  readonly config: HubConfig
  /** The schema of its tables, of this round only. */
  readonly schema: string
  readonly relay: Relay
  /** As `OutboxDoor.publish` does it. */
  publish(transaction: PlainClient, layoffs: readonly Layoff[]): Promise<void>
  /** Events that Kafka has acknowledged so far. */
  readonly acknowledged: number
  /** Called with the id of each event when Kafka has acknowledged it. */
  onAcknowledged: ((eventId: string) => void) | undefined
  /** The id of the next event. */
  nextId: () => string
}

/** Opens the office with what `openOutbox` is made of, so that each acknowledgement can be seen. */
export async function openOffice(stage: BenchStage): Promise<LayoffOffice> {
  const { agency, secret: text } = stage.prepared as Prepared
  const config = readConfig({ ...process.env, ...stage.environment })
  const secret = keySecret(agency, text)
  const contract: EventContract<string, Layoff> = describeStream(optionsOf(agency)).contract('Layoff')
  const schema = `office_${randomBytes(4).toString('hex')}`
  await using opened = new AsyncDisposableStack()
  const { log, tracing, metrics } = opened.use(
    startTelemetry({ service: 'office', logLevel: 'warn', output: process.stderr, sampleRatio: 0.01 }),
  )
  const kafka = opened.use(
    await connectKafka(config.kafka.client, { brokers: config.kafka.brokers, clientId: 'office', log }),
  )
  const lanes = opened.use(createLanes(await kafka.writer(), { log }))
  const outgoing = createOutgoingEvents({
    agency,
    system: 'office',
    publishes: [contract],
    keySecrets: new Map([[agency, secret]]),
    registry: connectRegistry({ url: config.registry.url }),
    codecs: createCodecs(),
    now: () => timestamp(Date.now()),
    newId: () => office.nextId(),
  })
  await outgoing.prepare()
  const database = opened.use(openDatabase({ url: config.database.url, schema, log }))
  await createOutboxTables(database, schema)
  await database.query(tablesOf(schema))
  const seen = (headers: RecordHeaders): void => {
    office.acknowledged += 1
    office.onAcknowledged?.(headerText(headers, 'ce_id') ?? '')
  }
  const relay = opened.use(
    startRelayToKafka({
      database,
      lanes: watched(lanes, seen),
      tracing,
      log,
      metrics: createServiceMetrics(metrics, Date.now),
      now: Date.now,
    }),
  )
  const owned = opened.move()
  const office = {
    config,
    schema,
    relay,
    acknowledged: 0,
    onAcknowledged: undefined as LayoffOffice['onAcknowledged'],
    nextId: randomUUID as () => string,
    publish: (transaction: PlainClient, layoffs: readonly Layoff[]) =>
      appendToOutbox(
        transaction,
        rowsOf(
          layoffs.map((layoff) => contract(layoff)),
          { outgoing, tracing },
        ),
        { schema },
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
  return office
}

/** The topic that all rounds publish to. */
export function topicOfOffice(stage: BenchStage): string {
  return describeStream(optionsOf((stage.prepared as Prepared).agency)).stream.name
}

/** One of 20,000 people's layoffs. */
export function layoff(number: number): Layoff {
  return { subject: String(10_000_000_000 + (number % 20_000) * 7), employer: '912345678', percent: 40 + (number % 61) }
}

function rowsOf(events: Parameters<typeof prepareEvents>[0], tools: { outgoing: OutgoingEvents; tracing: Tracing }) {
  return prepareEvents(events, {}, tools).map(({ row }) => row)
}

/** The lanes, with an ear at each acknowledgement. */
function watched(lanes: Lanes, seen: (headers: RecordHeaders) => void): Lanes {
  return {
    get queued() {
      return lanes.queued
    },
    get lastAcknowledgedAt() {
      return lanes.lastAcknowledgedAt
    },
    stuck: () => lanes.stuck(),
    send: (record, options) => lanes.send(record, options),
    close: (options) => lanes.close(options),
    offer: (record, options, waiter) =>
      lanes.offer(record, options, {
        acknowledged(at) {
          seen(record.headers)
          waiter.acknowledged(at)
        },
        refused: (error) => waiter.refused(error),
      }),
    [Symbol.asyncDispose]: () => lanes[Symbol.asyncDispose](),
  }
}

function optionsOf(agency: string): ThrowAwayOptions {
  const fields = [
    { name: 'employer', type: 'string' },
    { name: 'percent', type: 'int' },
  ]
  return { agency, name: 'layoffs', types: { Layoff: fields } }
}
