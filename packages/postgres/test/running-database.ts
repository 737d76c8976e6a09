import { randomBytes } from 'node:crypto'
import { HubError } from '@samspill/contracts'
import { openDatabase, type Database, type DatabaseOptions, type Log } from '@samspill/postgres'

/** The address of the database under test. Throws where no stack has been started for the tests. */
export function databaseUrl(): string {
  const url = process.env['SAMSPILL_DATABASE']
  if (url !== undefined && url !== '') return url
  throw new HubError(
    'test-database-missing',
    'SAMSPILL_DATABASE is not set: these tests need a running PostgreSQL; run them with npm test, or name one yourself',
  )
}

/** A database with a schema of its own that is dropped with it. */
export interface SchemaUnderTest extends AsyncDisposable {
  readonly schema: string
  readonly database: Database
  /** Another pool on the same schema, as another process would have it. */
  open(options?: Partial<DatabaseOptions>): Database
}

export function schemaUnderTest(log: Log = quiet): SchemaUnderTest {
  const schema = `test-${randomBytes(6).toString('hex')}`
  const opened: Database[] = []
  const open = (options: Partial<DatabaseOptions> = {}): Database => {
    const database = openDatabase({ url: databaseUrl(), schema, log, ...options })
    opened.push(database)
    return database
  }
  const database = open()
  return {
    schema,
    database,
    open,
    async [Symbol.asyncDispose]() {
      for (const other of opened.slice(1)) await other[Symbol.asyncDispose]()
      await database.query(`drop schema if exists "${schema}" cascade`)
      await database[Symbol.asyncDispose]()
    },
  }
}

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }
