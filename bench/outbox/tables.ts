import type pg from 'pg'
import type { Layoff } from './layoff-office.ts'

/** The business table, and a table of events without what an outbox needs besides. */
export function tablesOf(schema: string): string {
  return `
    create table ${schema}.layoff (id bigint generated always as identity primary key,
      person text not null, employer text not null, percent integer not null, at timestamptz not null default now());
    create table ${schema}.plain (id bigint generated always as identity primary key,
      event_id text not null, type text not null, topic text not null, key bytea not null, value bytea not null,
      headers bytea not null, created_at timestamptz not null default clock_timestamp())`
}

/** Writes the business row. */
export function businessInsert(schema: string, layoff: Layoff): pg.QueryConfig {
  return {
    name: 'business',
    text: `insert into ${schema}.layoff (person, employer, percent) values ($1, $2, $3)`,
    values: [layoff.subject, layoff.employer, layoff.percent],
  }
}

/** Writes an event beside it, as one would without a hub: a row of the same columns and sizes as the outbox's own. */
export function plainInsert(
  schema: string,
  event: { readonly id: string; readonly topic: string; readonly layoff: Layoff },
): pg.QueryConfig {
  return {
    name: 'plain',
    text: `insert into ${schema}.plain (event_id, type, topic, key, value, headers) values ($1, $2, $3, $4, $5, $6)`,
    values: [event.id, `${event.topic}.Layoff`, event.topic, key(event.layoff), value, headers],
  }
}

/** An event's id, as long as those that the hub makes. */
export function eventIdOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

function key({ subject }: Layoff): Buffer {
  return Buffer.from(subject.repeat(2))
}

const value = Buffer.alloc(28, 1)
const headers = Buffer.alloc(347, 2)
