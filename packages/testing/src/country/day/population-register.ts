import type { HubConfig } from '@samspill/config'
import { localDate } from '@samspill/contracts'
import { migrate, openDatabase } from '@samspill/postgres'
import { addressProtected, residenceChanged, residenceRegistered } from '@samspill/schemas'
import { openOutbox, type NewEvent } from '@samspill/service'
import { silentLog } from '../../specification/silent-log.ts'
import type { Resident } from '../residents.ts'

const schema = 'population-register'
const peoplePerTransaction = 25
const moveDay = localDate('2020-03-01')

/** The population register: an agency's own database with an outbox in it. */
export interface PopulationRegister extends AsyncDisposable {
  /** Counts the days this register has seen, from 1: what makes a second day's people others than the first's. */
  beginDay(): Promise<number>
  /** Registers people and publishes that in the same transactions. */
  register(residents: readonly Resident[]): Promise<void>
}

/** Opens the register in a schema of its own of the database that `config` names. */
export async function populationRegister(config: HubConfig): Promise<PopulationRegister> {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(openDatabase({ url: config.database.url, schema, log: silentLog }))
  await migrate(database, schema, [
    {
      number: 1,
      name: 'residents and days',
      sql: `
        create table residents (identity_number text primary key, municipality text not null, since date not null);
        create table days (number integer generated always as identity, begun_at timestamptz not null default now());
      `,
    },
  ])
  const outbox = opened.use(
    await openOutbox({
      agency: 'skatteetaten',
      system: 'population-register',
      publishes: [residenceRegistered, residenceChanged, addressProtected],
      config: { ...config, logLevel: 'error' },
      schema,
    }),
  )
  const owned = opened.move()
  return {
    beginDay: async () => {
      const { rows } = await database.query<{ number: number }>('insert into days default values returning number')
      return Number(rows[0]?.number)
    },
    register: async (residents) => {
      for (let begin = 0; begin < residents.length; begin += peoplePerTransaction) {
        const some = residents.slice(begin, begin + peoplePerTransaction)
        await database.transaction(async (transaction) => {
          for (const { identityNumber, municipality, residentSince } of some) {
            await transaction.query(
              `insert into residents (identity_number, municipality, since) values ($1, $2, $3)
               on conflict (identity_number) do update set municipality = $2, since = $3`,
              [identityNumber, municipality, residentSince],
            )
          }
          await outbox.publish(transaction, some.flatMap(eventsAbout))
        })
        outbox.wake()
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

type Told = NewEvent<
  (typeof residenceRegistered)['type'] | (typeof residenceChanged)['type'] | (typeof addressProtected)['type']
>

function eventsAbout(resident: Resident): readonly Told[] {
  const { identityNumber: person, municipality, movedFrom, residentSince: from } = resident
  const told: Told[] = [residenceRegistered({ person, municipality: movedFrom ?? municipality, from })]
  if (movedFrom !== null) {
    told.push(residenceChanged({ person, municipality, from: moveDay, previousMunicipality: movedFrom, kind: 'MOVED' }))
  }
  if (resident.addressProtected) told.push(addressProtected({ person, degree: 'STRICTLY_CONFIDENTIAL', from: moveDay }))
  return told
}
