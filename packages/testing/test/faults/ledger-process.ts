import { defineService, on, run } from '@samspill/service'
import { describeStream } from '../../src/index.ts'
import type { Note } from '../kit/note-streams.ts'

/*
 * A ledger in a process of its own, for tests that kill it while it reads history again: it sums up each subject's
 * notes and echoes the sum, `extra` added; where `strikes`, it also echoes what was struck.
 */
const [service = '', agency = '', extra = '0', strikes = ''] = process.argv.slice(2)
const number = { name: 'number', type: 'long' }
const notes = describeStream({ agency, name: 'notes', types: { Noted: [number], Struck: [number] } })
const noted = notes.contract<Note>('Noted')
const struck = notes.contract<Note>('Struck')
const echoed = describeStream({ agency, name: 'echoes', types: { Echoed: [number] } }).contract<Note>('Echoed')

const sumUp = on(noted, async ({ data }, { transaction }) => {
  const { rows } = await transaction.query<{ sum: number }>(
    `insert into sums values ($1, $2::bigint + $3::bigint)
     on conflict (subject) do update set sum = sums.sum + $2::bigint returning sum`,
    [data.subject, data.number, Number(extra)],
  )
  return echoed({ subject: data.subject, number: rows[0]?.sum ?? 0 })
})
const strike = on(struck, async ({ data }, { transaction }) => {
  await transaction.query('insert into strikes (subject, number) values ($1, $2)', [data.subject, data.number])
  return echoed({ subject: data.subject, number: -data.number })
})

await run(
  defineService({
    name: service,
    agency,
    publishes: [echoed],
    migrations: [
      {
        number: 1,
        name: 'sums and strikes',
        sql: `create table sums (subject text primary key, sum bigint not null);
              create table strikes (at bigint generated always as identity, subject text, number bigint,
                unique (subject, number))`,
      },
    ],
    subscriptions: strikes === 'strikes' ? [sumUp, strike] : [sumUp],
  }),
)
