import { defineService, on, type ServiceDefinition } from '@samspill/service'
import { askService, readRequest } from '@samspill/postgres'
import { eventually, type TestHub } from '../../src/index.ts'
import type { Note, NoteStreams } from './note-streams.ts'

/** What the ledger makes of a note: nothing, or the number that it tells. */
export type LedgerRule = (note: Note, sum: number) => number | undefined

/** Counts each subject's notes together, and echoes the sum as the rule says. */
export function ledger(streams: NoteStreams, name: string, rule: LedgerRule = (_, sum) => sum): ServiceDefinition {
  return defineService({
    name,
    agency: streams.agency,
    publishes: [streams.echoed],
    migrations: [
      {
        number: 1,
        name: 'sums',
        sql: `create table sums (subject text primary key, sum bigint not null, notes integer not null);
              create table note (subject text references sums, number bigint, at timestamptz, primary key (subject, number))`,
      },
    ],
    subscriptions: [
      on(streams.noted, async ({ data }, { transaction, now }) => {
        const { rows } = await transaction.query<{ sum: number }>(
          `insert into sums values ($1, $2, 1)
           on conflict (subject) do update set sum = sums.sum + excluded.sum, notes = sums.notes + 1 returning sum`,
          [data.subject, data.number],
        )
        await transaction.query('insert into note values ($1, $2, $3)', [data.subject, data.number, new Date(now())])
        const told = rule(data, rows[0]?.sum ?? 0)
        return told === undefined ? [] : [streams.echoed({ subject: data.subject, number: told })]
      }),
    ],
  })
}

/** Keeps every echo that it hears, with what it says of itself. */
export function listener(streams: NoteStreams, name: string): ServiceDefinition {
  return defineService({
    name,
    agency: streams.agency,
    migrations: [
      {
        number: 1,
        name: 'heard',
        sql: `create table heard (id text primary key, subject text, number bigint, cause text, corrects text,
                annuls boolean, replay boolean, context_replay boolean, number_heard bigint generated always as identity)`,
      },
    ],
    subscriptions: [
      on(
        streams.echoed,
        async (event, { transaction, replay }) => {
          await transaction.query(
            `insert into heard (id, subject, number, cause, corrects, annuls, replay, context_replay)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
            [
              event.id,
              event.data.subject,
              event.data.number,
              event.causationId,
              event.corrects?.id ?? null,
              event.annuls ?? false,
              event.replay,
              replay,
            ],
          )
        },
        { annulments: true },
      ),
    ],
  })
}

/** Asks a running service, as an operator would, and waits for its answer. Throws what the service answers. */
export async function ask<Result>(
  hub: TestHub,
  service: string,
  kind: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<Result> {
  const id = await askService(hub.schema(service), { kind, detail, by: 'a test', reason: 'the rule was wrong' })
  const status = await eventually(`the answer to ${kind}`, async () => {
    const found = await readRequest(hub.schema(service), id)
    return found !== undefined && ['done', 'failed'].includes(found.state) && found
  })
  if (status.state === 'done') return status.result as Result
  const { code, message } = status.result as { readonly code: string; readonly message: string }
  throw Object.assign(new Error(message), { code })
}

/** What stands in every table of a service: rows as text, sorted; times at which the hub did something left out. */
export async function everyTable(hub: TestHub, service: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const database = hub.schema(service)
  const { rows: tables } = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = $1 and table_type = 'BASE TABLE' and table_name not like 'operator_%' order by 1`,
    [service],
  )
  const contents = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await database.query<{ row: string }>(
        `select (to_jsonb(each) - 'saved_at' - 'applied_at')::text as row from "${name}" as each order by 1`,
      )
      return [name, rows.map(({ row }) => row)] as const
    }),
  )
  return Object.fromEntries(contents)
}

/** Waits until a service has handled all that stands in a topic now. */
export async function untilHandled(hub: TestHub, service: string, topic: string): Promise<void> {
  await eventually(`${service} has read ${topic}`, async () => {
    const ends = await hub.kafka.topics.logEnds(topic)
    const { rows } = await hub
      .schema(service)
      .query<{ partition: number; next_offset: number | null }>(
        'select partition, next_offset from position where topic = $1',
        [topic],
      )
    const next = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset ?? 0)]))
    return ends.every(({ partition, latest }) => (next.get(partition) ?? 0n) >= latest)
  })
}

/** Waits until all that a service has to send is sent. */
export async function untilSent(hub: TestHub, service: string): Promise<void> {
  await eventually(`the outbox of ${service} is empty`, async () => {
    const { rows } = await hub.schema(service).query('select from outbox limit 1')
    return rows.length === 0
  })
}
