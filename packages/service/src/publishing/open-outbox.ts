import { randomUUID } from 'node:crypto'
import type { HubConfig } from '@samspill/config'
import { timestamp, type AnyContract, type NewEvent, type Timestamp } from '@samspill/contracts'
import {
  appendToOutbox,
  createOutboxTables,
  openDatabase,
  RowNotice,
  type PlainClient,
  type Transaction,
} from '@samspill/postgres'
import { startTelemetry } from '@samspill/telemetry'
import { eventList } from '../event-list.ts'
import { connectProcess } from '../process-connections.ts'
import { createServiceMetrics } from '../service-metrics.ts'
import { createOutgoingEvents } from './outgoing-events.ts'
import { prepareEvents } from './publish-events.ts'
import { startRelayToKafka } from './relay-to-kafka.ts'

/** An agency system's own outbox: it publishes from the transactions of its own database. */
export interface OutboxDoor<Announced extends string = string> extends AsyncDisposable {
  /**
   * Writes events to the outbox in the caller's transaction, which any `pg` client may hold. When it commits they go
   * out; when it rolls back they never were. Call it once per transaction, with all its events.
   */
  publish(
    transaction: PlainClient | Transaction,
    events: NewEvent<Announced> | readonly NewEvent<Announced>[],
  ): Promise<void>
  /** Tells the relay, whichever process it runs in, that a transaction has committed; it looks every 250 ms besides. */
  wake(): void
}

export interface OutboxOptions<Published extends AnyContract> {
  readonly agency: string
  /** The system's name: its events come from `/<agency>/<system>`. */
  readonly system: string
  readonly publishes: readonly Published[]
  /** The hub; `config.database` is the agency's own database. */
  readonly config: HubConfig
  /** The schema of the outbox table, made where it is missing. */
  readonly schema: string
  /**
   * `elsewhere`: this process only writes, and others that open the same outbox relay it; they look every 250 ms. Unless
   * told so, this process relays too: of all that do, one at a time is active.
   */
  readonly relay?: 'here' | 'elsewhere'
  /**
   * `unnamed` where the caller's transactions go through a pooler that gives each to another connection and does not
   * know named statements (PgBouncer before 1.21). Publishing costs the database about twice as much then.
   */
  readonly statements?: 'named' | 'unnamed'
  readonly now?: () => Timestamp
  readonly newId?: () => string
}

/**
 * Opens the outbox of an agency's own database and relays it to Kafka until it is disposed. Throws while the database,
 * the registry or the brokers are away, and `stream-foreign` or `key-secret-missing` for a wrong set-up.
 */
export async function openOutbox<Published extends AnyContract>(
  options: OutboxOptions<Published>,
): Promise<OutboxDoor<Published['type']>> {
  const { agency, system, publishes, config, schema, statements = 'named' } = options
  const now = options.now ?? ((): Timestamp => timestamp(Date.now()))
  await using opened = new AsyncDisposableStack()
  const telemetry = opened.use(
    startTelemetry({
      service: system,
      otlpUrl: config.otlp.url,
      sampleRatio: config.otlp.sampleRatio,
      logLevel: config.logLevel,
      output: process.stderr,
    }),
  )
  const { tracing, log } = telemetry
  const connections = opened.use(await connectProcess(config, system, log))
  const { registry, codecs, lanes } = connections
  const outgoing = createOutgoingEvents({
    agency,
    system,
    publishes,
    keySecrets: config.keySecrets,
    registry,
    codecs,
    now,
    newId: options.newId ?? randomUUID,
  })
  await outgoing.prepare()
  const database = opened.use(openDatabase({ url: config.database.url, schema, log }))
  await createOutboxTables(database, schema)
  const metrics = createServiceMetrics(telemetry.metrics, now)
  const relay =
    options.relay === 'elsewhere'
      ? undefined
      : opened.use(startRelayToKafka({ database, lanes, tracing, log, metrics, now }))
  const notice = new RowNotice(database, log)
  const wake = relay === undefined ? (): void => notice.give() : (): void => relay.wake()
  const owned = opened.move()
  return {
    async publish(transaction, events) {
      const rows = prepareEvents(eventList(events), {}, { outgoing, tracing }).map(({ row }) => row)
      await appendToOutbox(transaction, rows, { schema, statements })
    },
    wake,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
