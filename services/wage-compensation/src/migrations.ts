/**
 * The service's own tables. What has been told about a person is kept until the layoff can be decided, since facts come
 * in any order; of an income only what the rules need.
 */
export const migrations = [
  {
    number: 1,
    name: 'layoffs, incomes, employer pay and deaths',
    sql: `
      create table layoffs (
        layoff_id uuid primary key,
        person text not null,
        employer text not null,
        sub_unit text not null,
        starts date not null,
        ends date,
        percentage numeric(5, 2) not null,
        registered_in_error boolean not null default false,
        outcome text not null default 'waiting' check (outcome in ('waiting', 'asked', 'granted', 'refused')),
        traceparent text,
        tracestate text
      );
      create index layoffs_of_person on layoffs (person);
      create table incomes (
        person text not null,
        employer text not null,
        sub_unit text not null,
        month text not null,
        delivered_at bigint not null,
        unfit_because text,
        monthly_pay bigint,
        traceparent text,
        tracestate text,
        primary key (person, employer, sub_unit, month)
      );
      create table employer_pay (
        layoff_id uuid primary key,
        daily_pay bigint not null,
        last_day_of_advanced_pay date,
        traceparent text,
        tracestate text
      );
      create table deaths (
        person text primary key,
        died date not null
      );
    `,
  },
  {
    number: 2,
    name: 'the event that a decision followed from',
    sql: `alter table layoffs add column decided_by_source text, add column decided_by_id text;`,
  },
  {
    number: 3,
    name: 'what corrects what',
    sql: `
      create table corrections (
        source text not null,
        id text not null,
        corrected_source text not null,
        corrected_id text not null,
        in_error boolean not null,
        primary key (source, id)
      );
      create index corrections_of on corrections (corrected_source, corrected_id);
    `,
  },
]
