import { migrate, type Migration } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const layoffs: Migration = { number: 1, name: 'layoffs', sql: 'create table layoff (person text primary key)' }
const incomes: Migration = {
  number: 2,
  name: 'incomes',
  sql: 'create table income (person text, month date); alter table layoff add percentage int',
}

describe('migrating the schema of a service', () => {
  let under: SchemaUnderTest
  beforeEach(() => {
    under = schemaUnderTest()
  })
  afterEach(() => under[Symbol.asyncDispose]())

  const tables = async (): Promise<readonly unknown[]> => {
    const { rows } = await under.database.query<{ table_name: string }>(
      'select table_name from information_schema.tables where table_schema = $1 order by 1',
      [under.schema],
    )
    return rows.map((row) => row.table_name)
  }

  it("creates the schema, the hub's tables and the service's own, and does nothing the second time", async () => {
    await migrate(under.database, under.schema, [layoffs])
    await migrate(under.database, under.schema, [layoffs])
    expect(await tables()).toEqual([
      'breaker',
      'discarded_event',
      'inbox',
      'inbox_purge',
      'kept_result',
      'layoff',
      'migration',
      'operator_action',
      'operator_request',
      'outbox',
      'parked_event',
      'position',
    ])
  })

  it('applies only what is new', async () => {
    await migrate(under.database, under.schema, [layoffs])
    await migrate(under.database, under.schema, [layoffs, incomes])
    const { rows } = await under.database.query(
      `select number, name from migration where series = 'service' order by 1`,
    )
    expect(rows).toEqual([
      { number: 1, name: 'layoffs' },
      { number: 2, name: 'incomes' },
    ])
  })

  it('applies each migration once when four processes start at the same time', async () => {
    const processes = Array.from({ length: 4 }, () => under.open({ maxConnections: 1 }))
    await Promise.all(processes.map((database) => migrate(database, under.schema, [layoffs, incomes])))
    const { rows } = await under.database.query(`select count(*) as applied from migration where series = 'service'`)
    expect(rows).toEqual([{ applied: 2 }])
  })

  it('leaves nothing of a migration that fails halfway', async () => {
    const broken: Migration = {
      number: 2,
      name: 'broken',
      sql: 'create table half (x int); create table layoff (y int)',
    }
    await expect(migrate(under.database, under.schema, [layoffs, broken])).rejects.toMatchObject({ sqlState: '42P07' })
    expect(await tables()).not.toContain('half')
  })

  it('refuses an applied migration that has changed, by its name', async () => {
    await migrate(under.database, under.schema, [layoffs])
    const changed = { ...layoffs, sql: 'create table layoff (person text primary key, since date)' }
    await expect(migrate(under.database, under.schema, [changed])).rejects.toMatchObject({
      code: 'migration-changed',
      message: expect.stringContaining(`'layoffs'`),
    })
  })

  it('lets an older version of the service start on a newer schema', async () => {
    await migrate(under.database, under.schema, [layoffs, incomes])
    await expect(migrate(under.database, under.schema, [layoffs])).resolves.toBeUndefined()
  })
})
