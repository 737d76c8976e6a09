/**
 * The municipality's own tables. Facts are kept for its residents only. Of others it keeps that they live elsewhere, so
 * that what comes about them is dropped at once; facts about a person whose residence nobody has told yet wait, and are
 * deleted when it turns out to be elsewhere, or after 30 days.
 */
export const migrations = [
  {
    number: 1,
    name: 'people, facts about residents, drafts',
    sql: `
      create table people (
        person text primary key,
        standing text not null check (standing in ('resident', 'elsewhere', 'unknown')),
        since bigint not null
      );
      create index people_unknown on people (since) where standing = 'unknown';
      create table facts (
        person text not null references people on delete cascade,
        fact text not null,
        about text not null,
        stream text not null,
        event_id text not null,
        content jsonb not null,
        traceparent text,
        tracestate text,
        primary key (person, fact, about)
      );
      create table drafts (
        layoff_id uuid primary key,
        person text not null references people on delete cascade,
        draft_id uuid not null,
        content jsonb not null
      );
    `,
  },
  {
    number: 2,
    name: 'the event that a draft followed from',
    sql: `alter table drafts add column prepared_by_source text, add column prepared_by_id text;`,
  },
]
