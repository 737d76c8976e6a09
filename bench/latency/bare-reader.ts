import { once } from 'node:events'
import { readConfig } from '@samspill/config'
import { connectKafka } from '@samspill/kafka'
import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import { handledTable } from './handled-events.ts'
import { ownRun } from './reader-process.ts'
import { latencyStream } from './stream.ts'

// What is left without the hub: fetch, one insert of all rows, commit, commit of the offset. No inbox, no Avro, no key.
const { agency } = ownRun()
const config = readConfig(process.env)
await using database = openDatabase({ url: config.database.url, schema: agency, log: silentLog })
await database.query(`create schema "${agency}"`)
await database.query(handledTable)
const { brokers, client } = config.kafka
await using kafka = await connectKafka(client, { brokers, clientId: agency, log: silentLog })
const reading = kafka.reader().run({
  group: agency,
  topics: [latencyStream(ownRun()).contract.stream.name],
  async onBatch({ records, assignment, nextOffset }) {
    const due = records.map(({ value }) => String(value?.readBigInt64BE(0)))
    await database.query('insert into handled (due_at) select unnest($1::bigint[])', [due])
    const { topic, partition } = assignment
    await (await reading).commit([{ topic, partition, offset: nextOffset }])
  },
})
await using _reader = await reading
await once(process, 'SIGTERM')
