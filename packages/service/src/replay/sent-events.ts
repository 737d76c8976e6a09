import { envelopeFromHeaders, headerText, type Envelope, type RecordHeaders } from '@samspill/contracts'
import { nameOfPartition, type IncomingRecord, type KafkaConnection, type TopicPartition } from '@samspill/kafka'
import { waitingInOutbox, type Database, type SentHistory, type SentRecord, type WaitingRow } from '@samspill/postgres'
import type { Result } from './compare-results.ts'

/** What the sent events of a service are found with. */
export interface SentEventsOptions {
  readonly kafka: Pick<KafkaConnection, 'topics' | 'readRanges'>
  /** Opened with the service's own schema. */
  readonly database: Database
  readonly history: SentHistory
  /** The topics that the service publishes to. */
  readonly topics: readonly string[]
  /** `/<agency>/<service>`: what it has sent says so. */
  readonly source: string
  readonly signal: AbortSignal
}

/** An event of the service's own that was sent, or waits to be. */
export interface SentResult extends Result {
  readonly record: SentRecord
}

const pageSize = 1_000
/** Clocks of service and broker may differ by so much. */
const slackMilliseconds = 10 * 60_000

/** What a service has sent: read from its outbox and from the topics it publishes to. */
export class SentEvents {
  readonly #options: SentEventsOptions
  /** Where reading goes on, per partition. */
  readonly #read = new Map<string, bigint>()
  /** Of partitions whose log does not go back to its first record: when the oldest record that is left was written. */
  readonly #oldest = new Map<string, number>()

  constructor(options: SentEventsOptions) {
    this.#options = options
  }

  /** Reads on to what is sent, or waits to be, at this moment. */
  async catchUp(): Promise<void> {
    // The outbox first: what is sent while it is read is met again in the topics.
    await this.#readOutbox()
    for (const topic of this.#options.topics) await this.#readTopic(topic)
  }

  /** All that followed from one of these causes, or has one of these ids. */
  async about(causes: readonly string[], ids: readonly string[]): Promise<readonly SentResult[]> {
    const records = await this.#options.history.about(causes, ids)
    return records.map((record) => {
      const { topic, partition, key, value } = record
      return { record, key, value, envelope: envelopeOf(record.headers, { topic, partition, type: record.type, key }) }
    })
  }

  /** True where an event that was sent at this time (milliseconds since 1970) may have expired from its topic since. */
  mayHaveExpired(at: TopicPartition, time: number): boolean {
    const oldest = this.#oldest.get(nameOfPartition(at))
    return oldest !== undefined && time < oldest + slackMilliseconds
  }

  async #readOutbox(): Promise<void> {
    const { database, history, signal } = this.#options
    let after: WaitingRow | undefined
    do {
      signal.throwIfAborted()
      const rows: readonly WaitingRow[] = await waitingInOutbox(database, after, pageSize)
      after = rows.at(-1)
      await history.keep(rows.map((row) => ({ ...row, ...relations(row.headers) })))
    } while (after !== undefined)
  }

  async #readTopic(topic: string): Promise<void> {
    const { kafka, history, source, signal } = this.#options
    const ends = await kafka.topics.logEnds(topic)
    const ranges = ends.map(({ partition, earliest, latest }) => {
      const name = nameOfPartition({ topic, partition })
      const from = this.#read.get(name) ?? earliest
      if (!this.#read.has(name) && earliest > 0n) this.#oldest.set(name, Number.POSITIVE_INFINITY)
      this.#read.set(name, latest)
      return { topic, partition, from, to: latest }
    })
    for await (const { partition, records } of kafka.readRanges(ranges)) {
      signal.throwIfAborted()
      const name = nameOfPartition({ topic, partition })
      const oldest = this.#oldest.get(name)
      const first = records[0]?.timestamp ?? 0
      if (oldest !== undefined) this.#oldest.set(name, Math.min(oldest, first))
      await history.keep(records.flatMap((record) => sentRecord(record, { topic, partition }, source)))
    }
  }
}

/** A record that the service has written; nothing of others' in the same topic. */
function sentRecord(record: IncomingRecord, at: TopicPartition, source: string): SentRecord[] {
  const { key, value, headers } = record
  const eventId = headerText(headers, 'ce_id')
  const type = headerText(headers, 'ce_type')
  if (headerText(headers, 'ce_source') !== source || eventId === undefined || type === undefined) return []
  if (key === null || value === null) return []
  return [{ ...at, eventId, type, key, value, headers, ...relations(headers) }]
}

/** To which other events the service's own relates. */
function relations(headers: RecordHeaders): Pick<SentRecord, 'causationId' | 'corrects'> {
  const isOfOthers = headerText(headers, 'ce_correctssource') !== undefined
  return {
    causationId: headerText(headers, 'ce_causationid'),
    corrects: isOfOthers ? undefined : headerText(headers, 'ce_corrects'),
  }
}

function envelopeOf(
  headers: RecordHeaders,
  record: TopicPartition & { readonly type: string; readonly key: Buffer },
): Envelope {
  const { type: schemaName, key, ...at } = record
  // The hub itself has written all of these headers: of the record nothing is needed but its key.
  return envelopeFromHeaders(headers, { ...at, offset: 0n, timestamp: 0, key: key.toString(), agency: '', schemaName })
}
