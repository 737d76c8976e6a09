import { randomUUID } from 'node:crypto'
import { HubError } from '@samspill/contracts'
import type { KafkaMessage } from 'kafkajs'
import { stockClient, type StockClient } from './stock-client.ts'

/** A record of the day, as every consumer could have read it. */
export interface ObservedEvent {
  readonly stream: string
  readonly partition: number
  readonly offset: bigint
  /** The Avro full name. */
  readonly type: string
  /** Undefined where the publisher is a plain client that gives no ids. */
  readonly id: string | undefined
  /** `/<agency>/<system>`; undefined where `id` is. */
  readonly source: string | undefined
  /** Undefined where no handler returned it. */
  readonly causationId: string | undefined
  /** The id of the earlier event that it corrects. */
  readonly corrects: string | undefined
  /** Whether it takes that one back. */
  readonly annuls: boolean
  /** Whether it was sent by a replay. */
  readonly replay: boolean
  readonly data: Readonly<Record<string, unknown>>
}

/** Everything that is published from now on. */
export interface Observation extends AsyncDisposable {
  /** Grows while the day goes on. */
  readonly events: readonly ObservedEvent[]
  /** Where each partition of each stream ended when the day began. */
  readonly start: readonly { readonly stream: string; readonly partition: number; readonly offset: bigint }[]
}

/**
 * Begins to read every stream at its end, with a stock client. Throws `observation-failed` where the streams cannot be
 * read, e.g. since they have not been created.
 */
export async function observe(at: Parameters<typeof stockClient>[0], streams: readonly string[]): Promise<Observation> {
  const client = stockClient(at, 'samspill-demo-observer')
  const groupId = `samspill-demo.${randomUUID()}`
  const start = await endsOf(client, streams)
  const events: ObservedEvent[] = []
  // A consumer that joins its group anew, as after a broker's restart, begins at the start of the stream again.
  const next = new Map(start.map(({ stream, partition, offset }) => [`${stream}/${partition}`, offset]))
  const consumer = client.kafka.consumer({ groupId, maxWaitTimeInMs: 200 })
  await consumer.connect()
  await consumer.subscribe({ topics: [...streams], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const place = `${topic}/${partition}`
      const offset = BigInt(message.offset)
      if (offset < (next.get(place) ?? 0n)) return
      events.push(await read(client, topic, partition, message))
      next.set(place, offset + 1n)
    },
  })
  for (const { stream, partition, offset } of start) {
    consumer.seek({ topic: stream, partition, offset: String(offset) })
  }
  return {
    events,
    start,
    [Symbol.asyncDispose]: async () => {
      await consumer.disconnect()
      await removeGroup(client, groupId)
    },
  }
}

async function removeGroup({ kafka }: StockClient, groupId: string): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 2 } })
  try {
    await admin.connect()
    await admin.deleteGroups([groupId])
  } catch {
    // The brokers are away, and forget a group without offsets by themselves: the day must not fail of it.
  } finally {
    await admin.disconnect()
  }
}

async function endsOf({ kafka }: StockClient, streams: readonly string[]): Promise<Observation['start']> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const ends: Observation['start'][number][] = []
    for (const stream of streams) {
      for (const { partition, high } of await admin.fetchTopicOffsets(stream)) {
        ends.push({ stream, partition, offset: BigInt(high) })
      }
    }
    return ends
  } catch (cause) {
    throw new HubError('observation-failed', 'the streams cannot be read: has `samspill up` created them?', { cause })
  } finally {
    await admin.disconnect()
  }
}

async function read(
  { registry }: StockClient,
  stream: string,
  partition: number,
  { offset, value, headers }: KafkaMessage,
): Promise<ObservedEvent> {
  if (value === null) throw new HubError('observation-failed', `${stream} holds a record without a value`)
  const schema = await registry.getSchema(value.readInt32BE(1))
  return {
    stream,
    partition,
    offset: BigInt(offset),
    type: String('name' in schema ? schema.name : ''),
    id: headers?.ce_id?.toString(),
    source: headers?.ce_source?.toString(),
    causationId: headers?.ce_causationid?.toString(),
    corrects: headers?.ce_corrects?.toString(),
    annuls: headers?.ce_annuls?.toString() === 'true',
    replay: headers?.ce_replay?.toString() === 'true',
    data: await registry.decode(value),
  }
}
