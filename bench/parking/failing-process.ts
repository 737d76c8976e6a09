import { defineService, on, run } from '@samspill/service'
import { handledTable } from '../latency/handled-events.ts'
import { ownRun } from '../latency/reader-process.ts'
import { latencyStream } from '../latency/stream.ts'
import { failingReason } from './failing-reason.ts'

// A whole process of the kit. It fails at the events that say so, however often they are tried.
const order = ownRun()
await run(
  defineService({
    name: order.agency,
    agency: order.agency,
    migrations: [{ number: 1, name: 'handled', sql: handledTable }],
    subscriptions: [
      on(
        latencyStream(order).contract,
        async ({ data }, { transaction }) => {
          if (data.reason === failingReason) throw new RangeError('fails for ever')
          await transaction.query('insert into handled (due_at) values ($1)', [data.dueAt])
        },
        { independent: true, retries: { attempts: 1_000_000, firstMilliseconds: 1_000, longestMilliseconds: 30_000 } },
      ),
    ],
  }),
)
