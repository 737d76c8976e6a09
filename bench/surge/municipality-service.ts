import { defineService, onBatch, run } from '@samspill/service'
import { decisionContract, draftTable } from './streams.ts'
import { ownRun } from './surge-process.ts'

const { agency, municipality } = ownRun()
await run(
  defineService({
    name: municipality,
    agency,
    migrations: [{ number: 1, name: 'drafts', sql: draftTable }],
    subscriptions: [
      onBatch(decisionContract(agency), async (events, { transaction }) => {
        await transaction.query(
          'insert into draft (subject, days, total) select * from unnest($1::text[], $2::integer[], $3::bigint[])',
          [
            events.map(({ data }) => data.subject),
            events.map(({ data }) => data.days),
            events.map(({ data }) => data.totalInOre),
          ],
        )
      }),
    ],
  }),
)
