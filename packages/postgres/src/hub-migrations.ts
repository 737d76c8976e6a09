import type { Migration } from './migration.ts'

/** The outbox: the only table that a publisher outside of the hub's services needs. */
export const outboxMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'outbox',
    // The key is the relay's order of reading: partition by partition, so that a stuck partition costs it nothing.
    // The identity keeps its cache of 1: with ids cached per connection, a later event of a subject could get a lower id.
    // Every row is inserted once and deleted once, so vacuum must come by number of rows, not by share of the table.
    sql: `
      create table outbox (
        id bigint generated always as identity,
        event_id text not null,
        type text not null,
        topic text collate "C" not null,
        partition integer not null,
        key bytea not null,
        value bytea not null,
        headers bytea not null,
        created_at timestamptz not null default clock_timestamp(),
        attempts integer not null default 0,
        last_error_code text,
        parked_at timestamptz,
        retry_at timestamptz,
        primary key (topic, partition, id)
      ) with (
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
        autovacuum_vacuum_insert_threshold = -1
      );
      alter table outbox alter column value set storage external, alter column headers set storage external;
      create index outbox_parked on outbox (topic, key, id) where retry_at is not null;
    `,
  },
]

/** What a service that reads streams needs besides: the events it has taken, and how far it has come. */
export const inboxMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'inbox and position',
    sql: `
      create table inbox (
        source text not null,
        id text not null,
        type text not null,
        content_hash bytea not null,
        topic text not null,
        partition integer not null,
        record_offset bigint not null,
        handled_at timestamptz not null default now(),
        primary key (source, id)
      );
      create index inbox_handled_at on inbox using brin (handled_at);
      create table position (
        topic text not null,
        partition integer not null,
        next_offset bigint,
        saved_at timestamptz not null default clock_timestamp(),
        stopped_code text,
        stopped_reason text,
        stopped_offset bigint,
        stopped_since timestamptz,
        primary key (topic, partition)
      ) with (fillfactor = 50);
    `,
  },
]
