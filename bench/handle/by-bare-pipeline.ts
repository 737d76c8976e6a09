import { compileContract, connectRegistry } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { createHeaderWriter, keyOfSubject, registrySubject, timestamp } from '@samspill/contracts'
import { createLanes, connectKafka, partitionOf } from '@samspill/kafka'
import { bigintArray, bytesArray, integerArray, startRelay, textArray } from '@samspill/postgres'
import { connectTestHub } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { backlog } from './backlog.ts'
import { BarePipeline } from './bare-pipeline.ts'
import { ownSchema, upsert, type OwnSchema } from './own-schema.ts'
import { readBacklog, type ReadLayoff } from './read-backlog.ts'
import { sentSince } from './sent-since.ts'
import { workThrough } from './work-through.ts'

const connections = 4

/**
 * A program written for nothing but this: a transaction of 500 events in one Sync, with inbox, upserts, outbox and
 * position. The rows are those of the hub, with valid headers; a duplicate fails the whole batch. No locks, no spans, no
 * content hashes, no parking, no metrics, no retries.
 */
export async function handleByBarePipeline(
  stage: BenchStage,
  round: Round,
  options: { readonly isRelayed?: boolean } = {},
): Promise<Measured> {
  await using hub = await connectTestHub()
  await using schema = await ownSchema(stage)
  const config = readConfig({ ...process.env, ...stage.environment })
  const { layoff, granted, secret } = backlog(stage)
  const schemaId = await connectRegistry({ url: config.registry.url }).idOf(
    registrySubject(granted.stream, granted.type),
    granted.schema,
  )
  const codec = compileContract(granted)
  const headersOf = createHeaderWriter()
  const sent = await sentSince(hub, granted.stream.name)
  const relay = options.isRelayed ? await relayOf(stage, schema) : undefined
  const free = await Promise.all(
    Array.from({ length: connections }, () => BarePipeline.connect(config.database.url, schema.name)),
  )
  const waiting: ((pipeline: BarePipeline) => void)[] = []
  let handled = 0

  const handle = async (layoffs: readonly ReadLayoff[], partition: number, next: bigint): Promise<void> => {
    const pipeline = free.pop() ?? (await new Promise<BarePipeline>((resolve) => waiting.push(resolve)))
    const ids = layoffs.map(({ id }) => id)
    const { name } = layoff.stream
    pipeline.add('begin', 'begin', [])
    pipeline.add('inbox', insertIntoInbox, [
      textArray(ids),
      name,
      String(partition),
      bigintArray(layoffs.map(({ record }) => record.offset)),
      `/${layoff.stream.agency}/payroll`,
      layoff.type,
    ])
    const headers: Buffer[] = []
    const keys: Buffer[] = []
    const values: Buffer[] = []
    for (const { layoff: data, id, traceparent } of layoffs) {
      pipeline.add('upsert', upsert, [data.subject, String(data.days)])
      const subjectKey = keyOfSubject(granted.stream, data.subject, secret)
      keys.push(Buffer.from(subjectKey))
      headers.push(
        headersOf({
          id,
          source: `/${granted.stream.agency}/bare`,
          type: granted.type,
          time: timestamp(Date.now()),
          subjectKey,
          correlationId: id,
          causationId: id,
          traceparent,
          replay: false,
        }),
      )
      values.push(codec.encodeFramed(schemaId, { subject: data.subject, days: data.days }))
    }
    pipeline.add('outbox', insertIntoOutbox, [
      textArray(ids),
      granted.type,
      granted.stream.name,
      integerArray(keys.map((key) => partitionOf(key, granted.stream.partitions))),
      bytesArray(keys),
      bytesArray(values),
      bytesArray(headers),
    ])
    pipeline.add('position', savePosition, [name, String(partition), String(next)])
    pipeline.add('commit', 'commit', [])
    await pipeline.run()
    handled += layoffs.length
    relay?.wake()
    const waiter = waiting.shift()
    if (waiter === undefined) free.push(pipeline)
    else waiter(pipeline)
  }

  await using reading = await readBacklog(stage, schema.name, handle)
  const measured = await workThrough({
    stage,
    seconds: round.seconds,
    handled: relay === undefined ? () => handled : sent,
    everyMilliseconds: 100,
    failure: reading.failure,
  })
  await relay?.[Symbol.asyncDispose]()
  return measured
}

const insertIntoInbox = `insert into inbox (source, id, type, content_hash, topic, partition, record_offset)
  select $5, id, $6, '', $2, $3::integer, record_offset from unnest($1::text[], $4::bigint[]) as given (id, record_offset)`

const insertIntoOutbox = `insert into outbox (event_id, type, topic, partition, key, value, headers)
  select event_id, $2, $3, partition, key, value, headers
  from unnest($1::text[], $4::integer[], $5::bytea[], $6::bytea[], $7::bytea[]) as given (event_id, partition, key, value, headers)`

const savePosition = `insert into position (topic, partition, next_offset) values ($1, $2::integer, $3::bigint)
  on conflict (topic, partition) do update set next_offset = excluded.next_offset`

/** The hub's relay, sending over bare lanes. */
async function relayOf(stage: BenchStage, { database }: OwnSchema): Promise<AsyncDisposable & { wake(): void }> {
  const { brokers, client } = readConfig({ ...process.env, ...stage.environment }).kafka
  await using opened = new AsyncDisposableStack()
  const kafka = opened.use(await connectKafka(client, { brokers, clientId: 'bare', log: quiet }))
  const lanes = opened.use(createLanes(await kafka.writer(), { log: quiet }))
  const relay = opened.use(
    startRelay({
      database,
      log: quiet,
      stuck: () => lanes.stuck(),
      send: (row, signal) => lanes.send({ ...row, timestamp: row.createdAt }, { signal }),
    }),
  )
  const owned = opened.move()
  return { wake: () => relay.wake(), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
