import { defineService, on, run } from '@samspill/service'
import { describeStream } from '../../src/index.ts'
import type { Note } from '../kit/note-streams.ts'

/*
 * A service in a process of its own, for tests that kill it: it counts the notes of each subject, one by one, and
 * echoes each. It waits at a gate that the test holds, and fails at subjects that the test names.
 */
const [service = '', agency = ''] = process.argv.slice(2)
const number = { name: 'number', type: 'long' }
const noted = describeStream({ agency, name: 'notes', types: { Noted: [number] } }).contract<Note>('Noted')
const echoed = describeStream({ agency, name: 'echoes', types: { Echoed: [number] } }).contract<Note>('Echoed')

await run(
  defineService({
    name: service,
    agency,
    publishes: [echoed],
    migrations: [
      {
        number: 1,
        name: 'seen and gate',
        sql: `create table seen (at bigserial, subject text, number bigint);
              create table gate (open boolean); insert into gate values (true);
              create table failing (subject text)`,
      },
    ],
    subscriptions: [
      on(noted, async ({ data }, { transaction }) => {
        await transaction.query('select open from gate for share')
        const failing = await transaction.query('select from failing where subject = $1', [data.subject])
        if (failing.rowCount > 0) throw new RangeError('the test wants it')
        await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
        return echoed(data)
      }),
    ],
  }),
)
