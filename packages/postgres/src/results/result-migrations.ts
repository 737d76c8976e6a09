import type { Migration } from '../migration.ts'

/** What a service keeps of the events it returned, for events that correct what they followed from. */
export const resultMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'results',
    sql: `
      create table kept_result (
        cause_source text not null,
        cause_id text not null,
        number integer not null,
        event_id text not null,
        type text not null,
        value bytea not null,
        kept_at timestamptz not null default now(),
        primary key (cause_source, cause_id, number)
      );
      create index kept_result_kept_at on kept_result using brin (kept_at);
    `,
  },
]
