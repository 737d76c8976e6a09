import { once } from 'node:events'
import { compileContract, unframe } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import type { EventContract } from '@samspill/contracts'
import { connectKafka, createLanes, type IncomingBatch, type Lanes } from '@samspill/kafka'
import { openDatabase, type Database } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'

/** What a bare reader does with the records of one fetch. */
export type BareWork<Data> = (
  events: readonly Data[],
  surroundings: { readonly database: Database; readonly lanes: Lanes; readonly batch: IncomingBatch },
) => Promise<void>

/** Reads a stream until it is told to stop: fetch, decode, work, commit of the offset. Nothing is remembered. */
export async function readBare<Data>(
  options: { readonly schema: string; readonly table: string; readonly contract: EventContract<string, Data> },
  work: BareWork<Data>,
): Promise<void> {
  const { schema, table, contract } = options
  const config = readConfig(process.env)
  await using database = openDatabase({ url: config.database.url, schema, log: silentLog })
  await database.query(`create schema "${schema}"`)
  await database.query(table)
  const { brokers, client } = config.kafka
  await using kafka = await connectKafka(client, { brokers, clientId: schema, log: silentLog })
  await using lanes = createLanes(await kafka.writer(), { log: silentLog })
  const { type } = compileContract(contract)
  const reading = kafka.reader().run({
    group: schema,
    topics: [contract.stream.name],
    async onBatch(batch) {
      const events = batch.records.map(({ value }) => {
        if (value === null) throw new TypeError('every record has a value')
        return type.fromBuffer(unframe(value).body) as Data
      })
      await work(events, { database, lanes, batch })
      const { topic, partition } = batch.assignment
      await (await reading).commit([{ topic, partition, offset: batch.nextOffset }])
    },
  })
  await using _reader = await reading
  await once(process, 'SIGTERM')
}
