import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cloneFolder } from './locations.ts'
import { writeFileWhole } from './machine/write-file-whole.ts'

/** What a stack makes once and keeps to itself. */
export interface Secrets {
  readonly databasePassword: string
  readonly registryDatabasePassword: string
  /** What the hub's registrar shows to write to the registry. */
  readonly registrySecret: string
  /** Per agency, 32 bytes in base64url: makes the record keys. */
  readonly keys: Readonly<Record<string, string>>
}

/** Reads a stack's secrets, and makes those that are missing: a new agency gets its key at the next start. */
export function readOrMakeSecrets(file: string, agencies: readonly string[] = agenciesOfClone()): Secrets {
  const kept: Partial<Secrets> = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {}
  const secrets: Secrets = {
    databasePassword: kept.databasePassword ?? randomText(),
    registryDatabasePassword: kept.registryDatabasePassword ?? randomText(),
    registrySecret: kept.registrySecret ?? randomText(),
    keys: { ...Object.fromEntries(agencies.map((agency) => [agency, randomText()])), ...kept.keys },
  }
  writeFileWhole(file, `${JSON.stringify(secrets, null, 2)}\n`, 0o600)
  return secrets
}

/** The name of the variable that carries an agency's key secret: `SAMSPILL_KEY_NAV`. */
export function keyVariable(agency: string): string {
  return `SAMSPILL_KEY_${agency.toUpperCase().replaceAll('-', '_')}`
}

function agenciesOfClone(): readonly string[] {
  const schemas = join(cloneFolder, 'schemas')
  return readdirSync(schemas).filter(
    (name) => existsSync(join(schemas, name, 'agency.yaml')) && statSync(join(schemas, name)).isDirectory(),
  )
}

function randomText(): string {
  return randomBytes(32).toString('base64url')
}
