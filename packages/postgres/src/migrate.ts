import type { Database } from './database.ts'
import { inboxMigrations, outboxMigrations } from './hub-migrations.ts'
import { checksumOf, nextMigration, type AppliedMigration, type Migration } from './migration.ts'
import { operatorMigrations } from './operators/operator-migrations.ts'
import type { Transaction } from './queryable.ts'
import { resultMigrations } from './results/result-migrations.ts'
import { quotedSchema } from './schema-name.ts'

/**
 * Brings a service's schema up to date: creates it, then the hub's own tables, then the service's migrations, each in a
 * transaction of its own. Safe from several processes at once: one works, the others wait and find nothing to do.
 * Throws `schema-name-invalid`, `migrations-misnumbered`, `migration-changed`, or the StatementError of a migration.
 */
export async function migrate(
  database: Database,
  schema: string,
  migrations: readonly Migration[] = [],
): Promise<void> {
  await migrateSeries(database, schema, 'outbox', outboxMigrations)
  await migrateSeries(database, schema, 'inbox', inboxMigrations)
  await migrateSeries(database, schema, 'operator', operatorMigrations)
  await migrateSeries(database, schema, 'result', resultMigrations)
  await migrateSeries(database, schema, 'service', migrations)
}

/** Creates the outbox alone, in a schema of any PostgreSQL database whose owner publishes from its own transactions. */
export async function createOutboxTables(database: Database, schema: string): Promise<void> {
  await migrateSeries(database, schema, 'outbox', outboxMigrations)
}

/** Makes a service's own tables alone, in a schema where no service runs. */
export async function migrateOwnTables(
  database: Database,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await migrateSeries(database, schema, 'result', resultMigrations)
  await migrateSeries(database, schema, 'service', migrations)
}

/** Waiting for another process, or filling a new column of a large table, takes the time it takes. */
const oneDay = 24 * 60 * 60 * 1000

type Series = 'outbox' | 'inbox' | 'operator' | 'result' | 'service'

async function migrateSeries(
  database: Database,
  schema: string,
  series: Series,
  migrations: readonly Migration[],
): Promise<void> {
  const quoted = quotedSchema(schema)
  let applied: Migration | undefined
  do {
    applied = await database.transaction((transaction) => applyNext(transaction, quoted, series, migrations), {
      statementMilliseconds: oneDay,
    })
  } while (applied !== undefined)
}

async function applyNext(
  transaction: Transaction,
  schema: string,
  series: Series,
  migrations: readonly Migration[],
): Promise<Migration | undefined> {
  await transaction.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`samspill/migrations/${schema}`])
  void transaction.query(`create schema if not exists ${schema}`)
  void transaction.query(`set local search_path to ${schema}`)
  void transaction.query(`
    create table if not exists migration (
      series text not null, number integer not null, name text not null, checksum text not null,
      applied_at timestamptz not null default clock_timestamp(), primary key (series, number)
    )`)
  const applied = await transaction.query<AppliedMigration>(
    'select number, name, checksum from migration where series = $1 order by number',
    [series],
  )
  const migration = nextMigration(migrations, applied.rows)
  if (migration === undefined) return undefined
  await transaction.query(migration.sql)
  await transaction.query('insert into migration (series, number, name, checksum) values ($1, $2, $3, $4)', [
    series,
    migration.number,
    migration.name,
    checksumOf(migration),
  ])
  return migration
}
