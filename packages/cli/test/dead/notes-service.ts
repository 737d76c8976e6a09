import { on, PermanentFailure, defineService, type ServiceDefinition } from '@samspill/service'
import { describeStream } from '@samspill/testing'
import type { EventContract } from '@samspill/contracts'

/** Data of the events under test. */
export interface Note {
  readonly subject: string
  readonly number: number
}

const number = { name: 'number', type: 'long' }

/** What streams the throw-away agency has, as plain data. */
export const streamOptions = (agency: string): Parameters<typeof describeStream>[0] => ({
  agency,
  name: 'notes',
  partitions: 3,
  types: { Noted: [number] },
})

/** And what it answers with. */
export const echoOptions = (agency: string): Parameters<typeof describeStream>[0] => ({
  agency,
  name: 'echoes',
  partitions: 3,
  types: { Echoed: [number] },
})

/** The two contracts of a throw-away agency. */
export function contractsOf(agency: string): Readonly<Record<'noted' | 'echoed', EventContract<string, Note>>> {
  return {
    noted: describeStream(streamOptions(agency)).contract<Note>('Noted'),
    echoed: describeStream(echoOptions(agency)).contract<Note>('Echoed'),
  }
}

/**
 * A service that keeps each note and echoes it. What stands in its table `bad` it refuses for good; a note waits while
 * somebody holds the row of `gate`.
 */
export function notesService(name: string, agency: string): ServiceDefinition {
  const { noted, echoed } = contractsOf(agency)
  return defineService({
    name,
    agency,
    publishes: [echoed],
    migrations: [
      {
        number: 1,
        name: 'seen, bad and gate',
        sql: `create table seen (at bigserial, subject text, number bigint);
              create table bad (subject text, number bigint);
              create table gate (open boolean); insert into gate values (true)`,
      },
    ],
    subscriptions: [
      on(noted, async ({ data }, { transaction }) => {
        await transaction.query('select open from gate for share')
        const { subject, number: found } = data
        const bad = await transaction.query('select from bad where subject = $1 and number = $2', [subject, found])
        if (bad.rowCount > 0) throw new PermanentFailure('the register does not know the note')
        await transaction.query('insert into seen (subject, number) values ($1, $2)', [subject, found])
        return echoed(data)
      }),
    ],
  })
}
