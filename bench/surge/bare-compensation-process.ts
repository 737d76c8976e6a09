import { compileContract, connectRegistry } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { registrySubject, noHeaders } from '@samspill/contracts'
import { readBare } from './bare-reading.ts'
import { decide, decisionContract, layoffTable, noticeContract } from './streams.ts'
import { ownRun } from './surge-process.ts'

const { agency, noticeAgency } = ownRun()
const { stream, type, schema } = decisionContract(agency)
const codec = compileContract(decisionContract(agency))
const registry = connectRegistry({ url: readConfig(process.env).registry.url })
const schemaId = await registry.idOf(registrySubject(stream, type), schema)
const options = { schema: agency, table: layoffTable, contract: noticeContract(noticeAgency) }
await readBare(options, async (events, { database, lanes, batch }) => {
  await database.query(
    'insert into layoff (subject, employer, percent) select * from unnest($1::text[], $2::text[], $3::integer[])',
    [
      events.map(({ subject }) => subject),
      events.map(({ employer }) => employer),
      events.map(({ percent }) => percent),
    ],
  )
  await Promise.all(
    events.map((event, index) =>
      lanes.send({
        topic: stream.name,
        key: batch.records[index]?.key ?? Buffer.from('none'),
        value: codec.encodeFramed(schemaId, decide(event)),
        headers: batch.records[index]?.headers ?? noHeaders,
        timestamp: Date.now(),
      }),
    ),
  )
})
