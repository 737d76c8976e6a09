import type { HubConfig } from '@samspill/config'
import { streams, type EmployerPayRequested } from '@samspill/schemas'
import { countryOf, type Country } from '../country.ts'
import { answeringEmployers } from './answers.ts'
import { sendNotices, sendToIngress } from './http-doors.ts'
import { incomeSystem } from './income-system.ts'
import { jobSeekerEvents, laterLayoffEvents, layoffEvents } from './nav-events.ts'
import { observe, type Observation } from './observation.ts'
import { populationRegister } from './population-register.ts'
import { settlementOf, untilNothingMissing, type Settlement } from './settlement.ts'

/** Where the hub is, and how the day is to be. */
export interface DayOptions {
  /** Read from the stack's environment. */
  readonly config: HubConfig
  readonly ingressUrl: string
  readonly layoffNoticesUrl: string
  /** With the same seed and a fresh stack the day is the same. */
  readonly seed: string
  readonly people?: number
  /** How long the hub may take to settle; 180,000 unless told. */
  readonly deadlineMilliseconds?: number
  /** What else happens on the day, while it is observed; its outcome is waited for before the day ends. */
  readonly besides?: (today: Today) => Promise<void>
  readonly onStep?: (step: string) => void
  /** Ends the day early, with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The day that is being lived. */
export interface Today {
  /** Counted from 1 for each stack. */
  readonly number: number
  readonly country: Country
  readonly observation: Observation
}

/** What a day was like. */
export interface LivedDay {
  readonly country: Country
  readonly settlement: Settlement
  readonly observation: Pick<Observation, 'events' | 'start'>
  /** The CloudEvents ids of the layoffs, in the order in which they were sent. */
  readonly layoffEventIds: readonly string[]
}

/** One income in five comes after the layoff, as a late a-melding does. */
const lateShare = 5

/**
 * Lets the synthetic country live one day: residences through an outbox, layoffs and job seekers through ingress, incomes
 * from a plain Kafka client, notices and answers from employers. Ends when each layoff is compensated, refused or asked
 * to the employer, and county and municipality have followed. Each day on the same stack has people of its own. Throws
 * `day-not-settled` with what is missing.
 */
export async function liveOneDay(options: DayOptions): Promise<LivedDay> {
  const { config, deadlineMilliseconds = 180_000, signal } = options
  const onStep = (step: string): void => {
    signal?.throwIfAborted()
    options.onStep?.(step)
  }
  const at = { brokers: config.kafka.brokers, registryUrl: config.registry.url }
  await using register = await populationRegister(config)
  const day = await register.beginDay()
  const country = countryOf({
    seed: `${options.seed}/${day}`,
    ...(options.people === undefined ? {} : { people: options.people }),
  })
  await using observation = await observe(
    at,
    streams.map((stream) => stream.name),
  )
  await using incomes = await incomeSystem(at)
  const besides = options.besides?.({ number: day, country, observation })
  // Whoever fails first ends the day; without this a failure here would be unhandled until then.
  besides?.catch(() => undefined)

  onStep(`${country.residents.length} people are registered as residents`)
  await register.register(country.residents)
  const late = country.incomes.filter((_, index) => index % lateShare === 0)
  const inTime = country.incomes.filter((_, index) => index % lateShare !== 0)
  onStep(`${country.incomes.length} incomes are reported, ${late.length} of them late`)
  await incomes.publish(inTime)
  onStep(`${country.notices.length} layoff notices are sent`)
  await sendNotices(options.layoffNoticesUrl, country.notices)
  const layoffs = layoffEvents(country)
  onStep(`${layoffs.length} people are laid off`)
  await sendToIngress(options.ingressUrl, layoffs)
  await sendToIngress(options.ingressUrl, jobSeekerEvents(country))
  await incomes.publish(late)

  const missing = (answered: ReadonlySet<string>): readonly string[] =>
    settlementOf(country, observation.events, answered).missing
  const nobody: ReadonlySet<string> = new Set()
  await untilNothingMissing(() => missing(nobody), deadlineMilliseconds, signal)
  const answered = await answerRequests(country, observation, options.ingressUrl)
  onStep(`${answered.size} employers answer what they were asked`)
  await sendToIngress(options.ingressUrl, laterLayoffEvents(country))
  await untilNothingMissing(() => missing(answered), deadlineMilliseconds, signal)
  await besides
  return {
    country,
    settlement: settlementOf(country, observation.events, answered),
    observation: { events: observation.events, start: observation.start },
    layoffEventIds: layoffs.map((event) => event.id),
  }
}

async function answerRequests(
  country: Country,
  observation: Observation,
  ingressUrl: string,
): Promise<ReadonlySet<string>> {
  const employers = answeringEmployers(country)
  const requests = observation.events
    .filter((event) => event.type === 'nav.employer_pay.EmployerPayRequested')
    .map((event) => event.data as unknown as EmployerPayRequested)
  const answers = requests.flatMap((request) => {
    const event = employers.answer(request)
    return event === undefined ? [] : [{ event, layoffId: request.layoffId }]
  })
  await sendToIngress(
    ingressUrl,
    answers.map(({ event }) => event),
  )
  return new Set(answers.map(({ layoffId }) => layoffId))
}
