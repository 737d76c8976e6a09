import {
  defineService,
  on,
  PermanentFailure,
  type Migration,
  type ServiceDefinition,
  type Transaction,
} from '@samspill/service'
import type { NewEvent, ReceivedEvent } from '@samspill/contracts'
import {
  servicesOfRun,
  streamsOfRun,
  type Occurrence,
  type OccurrenceContract,
  type RunSetting,
} from '../load/run-setting.ts'
import { Attempts } from './failing.ts'

const effects: Migration = {
  number: 1,
  name: 'effects',
  // No rule against doubles: they are what is looked for.
  sql: `
    create table effect (
      handled_order bigint generated always as identity primary key,
      id text not null, source text not null, stream text not null, series text not null, subject text not null,
      number bigint not null, returned boolean not null);
    create table tally (
      stream text, subject text, events bigint not null, latest bigint not null, primary key (stream, subject))`,
}

/** Reads the three streams that are published from outside, and answers each event with one of its own. */
export function assessment(setting: Pick<RunSetting, 'agency' | 'partitions'>): ServiceDefinition {
  const { registered, reported, measured, decided } = streamsOfRun(setting)
  return defineService({
    name: servicesOfRun(setting.agency).assessment,
    agency: setting.agency,
    publishes: [decided],
    migrations: [effects],
    subscriptions: [registered, reported, measured].map((contract) =>
      handling('assessment', contract, ({ data }) => decided(data)),
    ),
  })
}

/** Reads what `assessment` answers. */
export function followUp(setting: Pick<RunSetting, 'agency' | 'partitions'>): ServiceDefinition {
  return defineService({
    name: servicesOfRun(setting.agency).followUp,
    agency: setting.agency,
    migrations: [effects],
    subscriptions: [handling('follow-up', streamsOfRun(setting).decided, () => [])],
  })
}

/** Writes an effect for every event, together with a tally that the next event of the subject changes; one in a hundred fails. */
function handling<Answer extends NewEvent | []>(
  service: string,
  contract: OccurrenceContract,
  answer: (event: ReceivedEvent<Occurrence>) => Answer,
) {
  const attempts = new Attempts(service)
  return on(
    contract,
    async (event, { transaction }) => {
      const returned = answer(event)
      const writing = write(transaction, contract, event, 'contract' in returned)
      // Awaited only where it is to be undone: the others go on in the pipeline.
      switch (attempts.next(event.id)) {
        case 'never':
          return returned
        case 'once':
        case 'several-times':
          await writing
          throw new Error('this handling was to fail')
        case 'for-ever':
          await writing
          throw new PermanentFailure('this event was to fail for ever')
      }
    },
    // Soon, so that a run is short, and often, since a killed process forgets how often it has failed.
    { independent: true, retries: { attempts: 30, firstMilliseconds: 200, longestMilliseconds: 2_000 } },
  )
}

function write(
  transaction: Transaction,
  { stream }: OccurrenceContract,
  { id, source, data }: ReceivedEvent<Occurrence>,
  returned: boolean,
): Promise<unknown> {
  return transaction.query(
    `with counted as (
       insert into tally (stream, subject, events, latest) values ($3, $5, 1, $6)
       on conflict (stream, subject) do update set events = tally.events + 1, latest = excluded.latest)
     insert into effect (id, source, stream, series, subject, number, returned) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, source, stream.name, data.series, data.subject, data.number, returned],
  )
}
