import type { Migration } from '../migration.ts'

/** What operators ask of a running service, and what they have done: who, when and why. */
export const operatorMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'requests, actions and discards',
    // The trigger is one that fires always: `session_replication_role` does not switch it off.
    sql: `
      create table operator_request (
        id bigint generated always as identity primary key,
        kind text not null,
        detail jsonb not null,
        asked_by text not null check (asked_by <> ''),
        reason text not null,
        state text not null default 'asked' check (state in ('asked', 'running', 'done', 'failed', 'withdrawn')),
        asked_at timestamptz not null default clock_timestamp(),
        attempts integer not null default 0,
        held_until timestamptz,
        progress jsonb,
        result jsonb,
        ended_at timestamptz
      );
      create index operator_request_open on operator_request (id) where state in ('asked', 'running');

      create table operator_action (
        id bigint generated always as identity primary key,
        done_at timestamptz not null default clock_timestamp(),
        done_by text not null check (trim(done_by) <> ''),
        reason text not null check (trim(reason) <> ''),
        action text not null,
        what jsonb not null
      );
      create function refuse_to_change_actions() returns trigger language plpgsql as $$
        begin
          raise exception 'operator_action is append-only' using errcode = 'insufficient_privilege';
        end
      $$;
      create trigger append_only before update or delete or truncate on operator_action
        for each statement execute function refuse_to_change_actions();
      alter table operator_action enable always trigger append_only;

      create table discarded_event (
        topic text not null,
        partition integer not null,
        record_offset bigint not null,
        stream text not null,
        source text,
        event_id text,
        type text,
        action bigint not null references operator_action,
        primary key (topic, partition, record_offset)
      );
      create index discarded_event_identity on discarded_event (source, event_id);
    `,
  },
]
