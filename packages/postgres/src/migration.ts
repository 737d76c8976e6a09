import { createHash } from 'node:crypto'
import { HubError } from '@samspill/contracts'

/** One numbered change of a schema's tables. Once applied it never changes; the next change gets the next number. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number
  readonly name: string
  /** One or more commands, without begin, commit or rollback. Names are looked up in the service's schema. */
  readonly sql: string
}

/** A migration that a schema has already seen. */
export interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** The checksum that is kept of an applied migration: line endings and space around the text do not count. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n').trim()).digest('hex')
}

/**
 * The first migration that is still to be applied, or undefined. Migrations that only a newer version knows are left
 * alone. Throws `migrations-misnumbered` for gaps and duplicates, `migration-changed` where an applied one has other text.
 */
export function nextMigration(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration | undefined {
  for (const [index, migration] of migrations.entries()) {
    if (migration.number !== index + 1) {
      throw new HubError(
        'migrations-misnumbered',
        `migration ${migration.number} '${migration.name}' stands where number ${index + 1} is expected: number migrations 1, 2, 3 … without gaps or repeats`,
      )
    }
  }
  for (const before of applied) {
    const migration = migrations[before.number - 1]
    if (migration !== undefined && checksumOf(migration) !== before.checksum) {
      throw new HubError(
        'migration-changed',
        `migration ${before.number} '${before.name}' has changed since it was applied: restore its text and put the change into a new migration`,
      )
    }
  }
  const done = new Set(applied.map((before) => before.number))
  return migrations.find((migration) => !done.has(migration.number))
}
