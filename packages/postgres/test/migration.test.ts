import { describe, expect, it } from 'vitest'
import { checksumOf, nextMigration, type AppliedMigration, type Migration } from '../src/migration.ts'
import { quotedSchema } from '../src/schema-name.ts'

const layoffs: Migration = { number: 1, name: 'layoffs', sql: 'create table layoff (person text)' }
const incomes: Migration = { number: 2, name: 'incomes', sql: 'create table income (person text)' }
const applied = (migration: Migration): AppliedMigration => ({ ...migration, checksum: checksumOf(migration) })

describe('the next migration', () => {
  it('is the first that has not been applied', () => {
    expect(nextMigration([layoffs, incomes], [])).toBe(layoffs)
    expect(nextMigration([layoffs, incomes], [applied(layoffs)])).toBe(incomes)
    expect(nextMigration([layoffs, incomes], [applied(layoffs), applied(incomes)])).toBeUndefined()
  })

  it('is none where only a newer version knows more', () => {
    expect(nextMigration([layoffs], [applied(layoffs), applied(incomes)])).toBeUndefined()
  })

  it('is refused where an applied one has changed', () => {
    const changed = { ...layoffs, sql: 'create table layoff (person text, since date)' }
    expect(() => nextMigration([changed], [applied(layoffs)])).toThrow(/migration 1 'layoffs' has changed/)
  })

  it('does not mind other line endings', () => {
    const lines = { ...layoffs, sql: 'create table layoff (\n  person text\n)\n' }
    const other = { ...lines, sql: lines.sql.replaceAll('\n', '\r\n') }
    expect(nextMigration([other], [applied(lines)])).toBeUndefined()
  })

  it.each([
    { what: 'a gap', migrations: [layoffs, { ...incomes, number: 3 }] },
    { what: 'a repeated number', migrations: [layoffs, { ...incomes, number: 1 }] },
    { what: 'a start at 0', migrations: [{ ...layoffs, number: 0 }] },
    { what: 'another order', migrations: [incomes, layoffs] },
  ])('is refused for $what in the numbers', ({ migrations }) => {
    expect(() => nextMigration(migrations, [])).toThrow(expect.objectContaining({ code: 'migrations-misnumbered' }))
  })
})

describe('a schema name', () => {
  it('is quoted', () => {
    expect(quotedSchema('wage-compensation')).toBe('"wage-compensation"')
  })

  it.each(['', 'Nav', '1st', 'a"b', 'a b', 'x;drop schema public', 'x'.repeat(64)])('is refused: %j', (name) => {
    expect(() => quotedSchema(name)).toThrow(expect.objectContaining({ code: 'schema-name-invalid' }))
  })
})
