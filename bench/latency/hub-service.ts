import { defineService, on, run } from '@samspill/service'
import { handledTable } from './handled-events.ts'
import { ownRun } from './reader-process.ts'
import { latencyStream } from './stream.ts'

// A whole process of the kit: reader, inbox, positions, relay, retries, metrics.
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
          await transaction.query('insert into handled (due_at) values ($1)', [data.dueAt])
        },
        { independent: true },
      ),
    ],
  }),
)
