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
  {
    number: 2,
    name: 'parked events and breakers',
    // Per stream and key the order of ids is the order of the stream. Only the first row of a key is retrying or dead, and
    // only it has a time to be tried at: the index of due rows stays as small as the number of keys that are tried.
    // Rows come and go at any rate, so vacuum must come by number of rows, not by share of the table.
    sql: `
      create table parked_event (
        id bigint generated always as identity primary key,
        stream text collate "C" not null,
        key bytea not null,
        topic text not null,
        partition integer not null,
        record_offset bigint not null,
        recorded_at timestamptz not null,
        source text,
        event_id text,
        type text,
        value bytea,
        headers bytea not null,
        state text not null check (state in ('waiting', 'retrying', 'dead')),
        attempts integer not null default 0,
        retry_at timestamptz,
        code text,
        reason text,
        parked_at timestamptz not null default clock_timestamp(),
        failed_at timestamptz,
        died_at timestamptz,
        traceparent text,
        unique (topic, partition, record_offset)
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
      alter table parked_event alter column value set storage external, alter column headers set storage external;
      create index parked_event_in_order on parked_event (stream, key, id);
      create index parked_event_due on parked_event (retry_at, id) where retry_at is not null;
      create index parked_event_dead on parked_event (stream, died_at, id) where state = 'dead';
      create table breaker (
        stream text primary key,
        opened_at timestamptz not null,
        code text not null,
        reason text not null
      );
    `,
  },
  {
    number: 3,
    name: 'the order of handling, and what was purged',
    // The sequence keeps its cache of 1: with numbers cached per connection, a later event of a subject could get a lower
    // one. Rows stand in the order of their numbers, so that an index of block ranges finds them at next to no cost.
    sql: `
      alter table inbox add column sequence bigint generated always as identity;
      create index inbox_sequence on inbox using brin (sequence);
      create table inbox_purge (
        only_row boolean primary key default true check (only_row),
        events bigint not null,
        handled_before timestamptz not null
      );
    `,
  },
]
