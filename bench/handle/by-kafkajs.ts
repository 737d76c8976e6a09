import { compileContract, connectRegistry, createEventDecoder } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { keyOfSubject, registrySubject } from '@samspill/contracts'
import { partitionOf } from '@samspill/kafka'
import { Kafka, logLevel, type IHeaders } from 'kafkajs'
import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { backlog, type Layoff } from './backlog.ts'
import { ownSchema, upsert } from './own-schema.ts'
import { workThrough } from './work-through.ts'

/** As most programs do it: kafkajs' `eachMessage`, and a transaction for each event, so many partitions at once. */
export async function handleByKafkajs(stage: BenchStage, round: Round, partitionsAtOnce: number): Promise<Measured> {
  await using schema = await ownSchema(stage)
  const config = readConfig({ ...process.env, ...stage.environment })
  const { layoff, granted, secret } = backlog(stage)
  const registry = connectRegistry({ url: config.registry.url })
  const decoder = createEventDecoder({ registry, contracts: [layoff] })
  const codec = compileContract(granted)
  const schemaId = await registry.idOf(registrySubject(granted.stream, granted.type), granted.schema)
  const pool = new pg.Pool({ connectionString: config.database.url, max: partitionsAtOnce })
  pool.on('connect', (client) => void client.query(`set search_path to "${schema.name}"`))
  const kafka = new Kafka({ brokers: [...config.kafka.brokers], clientId: 'plain', logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: schema.name })
  let handled = 0
  await consumer.connect()
  await consumer.subscribe({ topic: layoff.stream.name, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: partitionsAtOnce,
    async eachMessage({ topic, partition, message }) {
      const value = message.value ?? Buffer.alloc(0)
      await decoder.prepare([value])
      const data = decoder.decode(value).data as Layoff
      const [id, source] = [textOf(message.headers, 'ce_id'), textOf(message.headers, 'ce_source')]
      const key = Buffer.from(keyOfSubject(granted.stream, data.subject, secret))
      const client = await pool.connect()
      try {
        await client.query('begin')
        const taken = await client.query({
          name: 'inbox',
          text: `insert into inbox (source, id, type, content_hash, topic, partition, record_offset)
            values ($1, $2, $3, '', $4, $5, $6) on conflict do nothing`,
          values: [source, id, layoff.type, topic, partition, message.offset],
        })
        if (taken.rowCount === 1) {
          await client.query({ name: 'upsert', text: upsert, values: [data.subject, data.days] })
          await client.query({
            name: 'outbox',
            text: `insert into outbox (event_id, type, topic, partition, key, value, headers)
              values ($1, $2, $3, $4, $5, $6, '')`,
            values: [
              `${id}-granted`,
              granted.type,
              granted.stream.name,
              partitionOf(key, granted.stream.partitions),
              key,
              codec.encodeFramed(schemaId, { subject: data.subject, days: data.days }),
            ],
          })
        }
        await client.query('commit')
      } finally {
        client.release()
      }
      handled += 1
    },
  })
  const measured = await workThrough({ stage, seconds: round.seconds, handled: () => handled })
  await consumer.disconnect()
  await pool.end()
  return measured
}

function textOf(headers: IHeaders | undefined, name: string): string {
  return String(headers?.[name] ?? '')
}
