import { readBare } from './bare-reading.ts'
import { decisionContract, draftTable } from './streams.ts'
import { ownRun } from './surge-process.ts'

const { agency, municipality } = ownRun()
const options = { schema: municipality, table: draftTable, contract: decisionContract(agency) }
await readBare(options, async (events, { database }) => {
  await database.query(
    'insert into draft (subject, days, total) select * from unnest($1::text[], $2::integer[], $3::bigint[])',
    [events.map(({ subject }) => subject), events.map(({ days }) => days), events.map(({ totalInOre }) => totalInOre)],
  )
})
