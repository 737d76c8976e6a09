import { eventSource } from '@samspill/contracts'
import type { KafkaConnection } from '@samspill/kafka'
import type { Database } from '@samspill/postgres'
import type { HistoryLine } from '../history/history-lines.ts'
import { outboxSchema, systems, type RunStreams } from '../load/run-setting.ts'

/** Makes what the agency's own system has in its database besides the outbox. */
export async function createBusinessTable(database: Database, agency: string): Promise<void> {
  const schema = outboxSchema(agency)
  await database.query(`create schema "${schema}"`)
  await database.query(`create table "${schema}".business (
    written_order bigint generated always as identity, id text primary key, subject text, number bigint)`)
}

/** From here on every event that a service parks is noted, in the transaction that parks it. */
export async function noteParked(database: Database, schema: string): Promise<void> {
  await database.query(`create table "${schema}".parked_once (
    parked_order bigint generated always as identity, stream text, id text)`)
  await database.query(`
    create function "${schema}".note_parked() returns trigger language plpgsql as
    $$ begin insert into "${schema}".parked_once (stream, id) values (new.stream, new.event_id); return null; end $$`)
  await database.query(`
    create trigger note_parked after insert on "${schema}".parked_event
    for each row execute function "${schema}".note_parked()`)
}

/** The streams that a service reads. */
export interface ReadingService {
  readonly service: string
  readonly schema: string
  readonly topics: readonly string[]
}

/** What is not done yet, from the publishers' outbox to the last service; empty when all is. */
export async function whatIsBehind(
  database: Database,
  kafka: KafkaConnection,
  agency: string,
  services: readonly ReadingService[],
): Promise<readonly string[]> {
  const behind: string[] = []
  const outbox = async (schema: string): Promise<void> => {
    const { rows } = await database.query<{ n: number }>(`select count(*) as n from "${schema}".outbox`)
    if ((rows[0]?.n ?? 0) > 0) behind.push(`the outbox of ${schema} holds ${rows[0]?.n} rows`)
  }
  await outbox(outboxSchema(agency))
  for (const { schema, topics } of services) {
    const { rows } = await database.query<{
      topic: string
      partition: number
      next: number | null
      code: string | null
    }>(`select topic, partition, next_offset as next, stopped_code as code from "${schema}".position`)
    for (const topic of topics) {
      for (const { partition, latest } of await kafka.topics.logEnds(topic)) {
        const position = rows.find((row) => row.topic === topic && row.partition === partition)
        const next = position?.next ?? 0
        if (BigInt(next) >= latest) continue
        const stopped = typeof position?.code !== 'string' ? '' : `, stopped with ${position.code}`
        behind.push(`${schema} is at ${next} of ${latest} in ${topic}-${partition}${stopped}`)
      }
    }
    const { rows: parked } = await database.query<{ n: number }>(
      `select count(*) as n from "${schema}".parked_event as head where state <> 'dead' and id =
       (select min(id) from "${schema}".parked_event as line where line.stream = head.stream and line.key = head.key)`,
    )
    if ((parked[0]?.n ?? 0) > 0) behind.push(`${schema} holds ${parked[0]?.n} parked subjects that are not dead`)
    await outbox(schema)
  }
  return behind
}

/** What is in the database already when a run begins, by table. */
export type DatabaseMarks = ReadonlyMap<string, number>

/** Marks how far the tables have come that readDatabase reads on from. */
export async function markDatabase(
  database: Database,
  agency: string,
  services: readonly ReadingService[],
): Promise<DatabaseMarks> {
  const marks = new Map<string, number>()
  for (const { table, order } of tablesOf(agency, services)) {
    const { rows } = await database.query<{ mark: number }>(
      `select coalesce(max(line.${order}), 0) as mark from ${table} as line`,
    )
    marks.set(table, rows[0]?.mark ?? 0)
  }
  return marks
}

/** What the database says of a run: what was committed, what was handled, what is or was parked. */
export async function readDatabase(
  database: Database,
  agency: string,
  { registered }: RunStreams,
  services: readonly ReadingService[],
  marks: DatabaseMarks,
): Promise<readonly HistoryLine[]> {
  const stream = registered.stream.name
  const own = { source: eventSource(agency, systems.outbox), stream, series: stream }
  const lines: HistoryLine[] = []
  for (const { table, order, columns, kind, service } of tablesOf(agency, services)) {
    const { rows } = await database.query(
      `select ${columns} from ${table} as line where line.${order} > $1 order by line.${order}`,
      [marks.get(table) ?? 0],
    )
    const known = kind === 'written' ? own : { service }
    lines.push(...rows.map((row) => ({ kind, ...known, ...row }) as HistoryLine))
  }
  return lines
}

interface HistoryTable {
  readonly kind: HistoryLine['kind']
  readonly service?: string
  readonly table: string
  /** The column that grows with each row. */
  readonly order: string
  readonly columns: string
}

function tablesOf(agency: string, services: readonly ReadingService[]): readonly HistoryTable[] {
  return [
    {
      kind: 'written',
      table: `"${outboxSchema(agency)}".business`,
      order: 'written_order',
      columns: 'id, subject, number',
    },
    ...services.flatMap(({ service, schema }): HistoryTable[] => [
      {
        kind: 'handled',
        service,
        table: `"${schema}".effect`,
        order: 'handled_order',
        columns: 'handled_order as "order", id, source, stream, series, subject, number, returned',
      },
      {
        kind: 'parked',
        service,
        table: `"${schema}".parked_once`,
        order: 'parked_order',
        columns: "stream, coalesce(id, '') as id",
      },
      {
        kind: 'left',
        service,
        table: `"${schema}".parked_event`,
        order: 'id',
        columns: "stream, coalesce(event_id, '') as id, encode(key, 'escape') as subject, state, code",
      },
    ]),
  ]
}
