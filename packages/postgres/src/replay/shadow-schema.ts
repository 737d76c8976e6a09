import { HubError } from '@samspill/contracts'
import type { Database } from '../database.ts'
import { StatementError } from '../failure.ts'
import { migrateOwnTables } from '../migrate.ts'
import type { Migration } from '../migration.ts'
import type { Queryable, Transaction } from '../queryable.ts'
import { quotedSchema } from '../schema-name.ts'

/** Where a service's own tables are built anew, beside those that it works on. */
export function shadowSchemaOf(service: string): string {
  return `${service}__rebuild`
}

/** Makes a service's own tables in their shadow schema, empty; what an earlier rebuild left there is removed. */
export async function createShadow(
  database: Database,
  service: string,
  migrations: readonly Migration[],
): Promise<void> {
  await dropSchema(database, shadowSchemaOf(service))
  await migrateOwnTables(database, shadowSchemaOf(service), migrations)
}

/** Lets PostgreSQL know what the shadow's tables hold, as it would find out about the others in time. */
export async function analyzeShadow(queryable: Queryable, service: string): Promise<void> {
  const shadow = shadowSchemaOf(service)
  const { rows } = await queryable.query(
    `select quote_ident(relname) as name from pg_class where relnamespace = $1::text::regnamespace and relkind = 'r'`,
    [shadow],
  )
  for (const { name } of rows as { readonly name: string }[]) {
    await queryable.query(`analyze ${quotedSchema(shadow)}.${name}`)
  }
}

/** Removes a schema that replay works in, with all that is in it. */
export async function dropSchema(queryable: Queryable, schema: string): Promise<void> {
  await queryable.query(`drop schema if exists ${quotedSchema(schema)} cascade`)
}

/**
 * Puts a service's own tables, views, functions and types out of the shadow schema in the place of those that it works
 * on, in the caller's transaction: until that commits nothing has changed. Who may use a table stays as it was. Throws
 * `rebuild-tables-in-use` where something depends on them that the service's migrations did not make.
 */
export async function swapOwnObjects(transaction: Transaction, service: string): Promise<void> {
  const [live, shadow] = [quotedSchema(service), quotedSchema(shadowSchemaOf(service))]
  const { rows: objects } = await transaction.query<OwnObject>(ownObjects, [shadowSchemaOf(service)])
  const { rows: grants } = await transaction.query<Grant>(grantsOnTables, [service])
  const names = new Set(objects.map(({ name }) => name))
  void transaction.query(`set local lock_timeout = '10s'`)
  try {
    for (const kind of kindsInOrderOfDropping) {
      const ofKind = objects.filter((object) => object.kind === kind)
      if (ofKind.length === 0) continue
      const listed = ofKind.map(({ name }) => `${live}.${name.replaceAll(`${shadow}.`, `${live}.`)}`)
      await transaction.query(`drop ${kind} if exists ${listed.join(', ')}`)
    }
  } catch (error) {
    throw isDependedOn(error) ? inUse(error) : error
  }
  for (const { kind, name } of objects) void transaction.query(`alter ${kind} ${shadow}.${name} set schema ${live}`)
  for (const { statement } of grants.filter(({ name }) => names.has(name))) void transaction.query(statement)
  await transaction.query(`drop schema ${shadow} cascade`)
}

interface OwnObject {
  readonly kind: (typeof kindsInOrderOfDropping)[number]
  /** As it stands in a statement, quoted where that is needed. */
  readonly name: string
}

interface Grant {
  /** The table's. */
  readonly name: string
  readonly statement: string
}

const kindsInOrderOfDropping = [
  'materialized view',
  'view',
  'table',
  'sequence',
  'procedure',
  'aggregate',
  'function',
  'domain',
  'type',
] as const

/** The list of applied migrations stays behind: the live schema has its own. Sequences of columns go with their tables. */
const ownObjects = `
  select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end
    as kind, quote_ident(relname) as name
  from pg_class
  where relnamespace = $1::text::regnamespace and relname <> 'migration' and (relkind in ('r', 'p', 'v', 'm') or (
    relkind = 'S' and not exists (
      select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype in ('a', 'i')
    )))
  union all
  select case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
    quote_ident(proname) || '(' || pg_get_function_identity_arguments(oid) || ')'
  from pg_proc where pronamespace = $1::text::regnamespace
  union all
  select case typtype when 'd' then 'domain' else 'type' end, quote_ident(typname)
  from pg_type left join pg_class on pg_class.oid = typrelid
  where typnamespace = $1::text::regnamespace
    and (typtype in ('e', 'd', 'r') or (typtype = 'c' and pg_class.relkind = 'c'))`

const grantsOnTables = `
  select quote_ident(relname) as name, format('grant %s on %s %I.%I to %s%s', privilege_type,
    case relkind when 'S' then 'sequence' else 'table' end, nspname, relname,
    case grantee when 0 then 'public' else grantee::regrole::text end,
    case when is_grantable then ' with grant option' else '' end) as statement
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace cross join lateral aclexplode(relacl)
  where nspname = $1 and relkind in ('r', 'p', 'v', 'm', 'S') and grantee <> relowner`

/** 2BP01: something else depends on what is to be dropped. */
function isDependedOn(error: unknown): boolean {
  return error instanceof StatementError && error.sqlState === '2BP01'
}

function inUse(cause: unknown): HubError {
  return new HubError(
    'rebuild-tables-in-use',
    "something that the service's migrations did not make depends on its tables, such as a view or a foreign key: " +
      'remove it, rebuild, and make it again',
    { cause },
  )
}
