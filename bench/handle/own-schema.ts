import { randomBytes } from 'node:crypto'
import { readConfig } from '@samspill/config'
import { migrate, openDatabase, type Database, type Migration } from '@samspill/postgres'
import type { BenchStage } from '../harness/bench-stage.ts'

/** The service's own table: how many days each person was granted. */
export const grantTable: Migration = {
  number: 1,
  name: 'granted',
  sql: 'create table granted (person text primary key, days bigint not null)',
}

export const upsert = `insert into granted (person, days) values ($1, $2)
  on conflict (person) do update set days = granted.days + excluded.days`

/** The same for many at once, each person once. */
export const upsertMany = `insert into granted (person, days)
  select person, sum(days) from unnest($1::text[], $2::bigint[]) as given (person, days) group by person order by person
  on conflict (person) do update set days = granted.days + excluded.days`

/** A schema that one round has to itself; it is dropped with it. */
export interface OwnSchema extends AsyncDisposable {
  readonly name: string
  readonly database: Database
  /** Counts the people and days that came out, for a check that nothing happened twice. */
  sums(): Promise<{ readonly inbox: number; readonly days: number }>
}

/** Makes the schema of one round, with the hub's tables and the service's own. */
export async function ownSchema(stage: BenchStage): Promise<OwnSchema> {
  const name = `handle-${randomBytes(4).toString('hex')}`
  const { url } = readConfig(stage.environment).database
  const database = openDatabase({ url, schema: name, log: quiet })
  await migrate(database, name, [grantTable])
  return {
    name,
    database,
    async sums() {
      const { rows } = await database.query<{ inbox: number; days: number }>(
        'select (select count(*) from inbox) as inbox, (select coalesce(sum(days), 0)::bigint from granted) as days',
      )
      return rows[0] ?? { inbox: 0, days: 0 }
    },
    async [Symbol.asyncDispose]() {
      await database.query(`drop schema "${name}" cascade`)
      await database[Symbol.asyncDispose]()
    },
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
