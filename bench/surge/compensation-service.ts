import { defineService, onBatch, run } from '@samspill/service'
import { decide, decisionContract, layoffTable, noticeContract } from './streams.ts'
import { ownRun } from './surge-process.ts'

// A whole process of the kit, with a handler that takes many events at once: one insert for all of them.
const { agency, noticeAgency } = ownRun()
const granted = decisionContract(agency)
await run(
  defineService({
    name: agency,
    agency,
    publishes: [granted],
    migrations: [{ number: 1, name: 'layoffs', sql: layoffTable }],
    subscriptions: [
      onBatch(noticeContract(noticeAgency), async (events, { transaction }) => {
        await transaction.query(
          'insert into layoff (subject, employer, percent) select * from unnest($1::text[], $2::text[], $3::integer[])',
          [
            events.map(({ data }) => data.subject),
            events.map(({ data }) => data.employer),
            events.map(({ data }) => data.percent),
          ],
        )
        return events.map(({ data }) => granted(decide(data)))
      }),
    ],
  }),
)
