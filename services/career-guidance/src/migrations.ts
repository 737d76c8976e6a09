/**
 * The county's own tables. Of a person it keeps one bit: resident here or not. An address-protected person looks like
 * anybody who lives elsewhere, so that the table gives nobody away.
 */
export const migrations = [
  {
    number: 1,
    name: 'people, outcomes that wait for a residence, offers',
    sql: `
      create table people (
        person text primary key,
        resident boolean not null
      );
      create table waiting_outcomes (
        layoff_id uuid primary key,
        person text not null,
        ground text not null,
        traceparent text,
        tracestate text,
        noted_at bigint not null
      );
      create index waiting_outcomes_of_person on waiting_outcomes (person);
      create index waiting_outcomes_by_age on waiting_outcomes (noted_at);
      create table offers (
        layoff_id uuid primary key
      );
    `,
  },
  {
    number: 2,
    name: 'the event that an offer followed from, and its withdrawal',
    sql: `
      alter table offers add column offered_by_source text, add column offered_by_id text,
        add column withdrawn boolean not null default false;
    `,
  },
]
