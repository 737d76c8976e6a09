import {
  layoffEvents,
  randomFrom,
  answeringEmployers,
  type Country,
  type HttpEvent,
  type ObservedEvent,
} from '@samspill/testing'
import type { EmployerPayRequested } from '@samspill/schemas'

/** What is told on one day of March 2020. */
export interface DayOfMarch {
  /** `yyyy-mm-dd` */
  readonly date: string
  readonly residents: Country['residents']
  readonly incomes: Country['incomes']
  /** What comes in through ingress; `told` is what has been published until then. */
  events(told: readonly ObservedEvent[]): readonly HttpEvent[]
}

const daysUntilAnswer = 3

/**
 * The days of March 2020, in order: everybody is registered on the 1st, with the income of January; that of February
 * comes on the 5th, of one in five on the 25th; layoffs come on the day on which they begin. Employers answer after three
 * days. A week after its layoff one in six is back at work, and of one in eight it turns out that there was none.
 */
export function daysOfMarch(country: Country): readonly DayOfMarch[] {
  const layoffs = layoffEvents(country)
  const chances = randomFrom(`${country.seed}/march`)
  const later = layoffs.flatMap((layoff) => whatComesOf(layoff, chances.integer(1, 24)))
  const employers = answeringEmployers(country)
  return Array.from({ length: 31 }, (_, index) => {
    const date = `2020-03-${String(index + 1).padStart(2, '0')}`
    return {
      date,
      residents: index === 0 ? country.residents : [],
      incomes: country.incomes.filter((income, at) => dayOfIncome(income.month, at) === date),
      events: (told) => [
        ...[...layoffs, ...later].filter(({ time }) => time.startsWith(date)),
        ...askedOn(dayAfter(date, -daysUntilAnswer), country, told).flatMap((request) => {
          const answer = employers.answer(request)
          return answer === undefined ? [] : [{ ...answer, time: `${date}T09:00:00Z` }]
        }),
      ],
    }
  })
}

function dayOfIncome(month: string, index: number): string | undefined {
  if (month === '2020-01') return '2020-03-01'
  if (month === '2020-02') return index % 5 === 0 ? '2020-03-25' : '2020-03-05'
  return undefined
}

/** What employers have been asked about layoffs that began on a day. */
function askedOn(date: string, country: Country, told: readonly ObservedEvent[]): readonly EmployerPayRequested[] {
  const starts = new Map<string, string>(country.layoffs.map(({ layoffId, start }) => [layoffId, start]))
  return told
    .filter(({ type }) => type === 'nav.employer_pay.EmployerPayRequested')
    .map(({ data }) => data as unknown as EmployerPayRequested)
    .filter(({ layoffId }) => starts.get(layoffId) === date)
}

function whatComesOf(layoff: HttpEvent, chance: number): readonly HttpEvent[] {
  const { layoffId, person, employer, subUnit } = layoff.data as Country['layoffs'][number]
  const date = dayAfter(layoff.time.slice(0, 10), 7)
  const time = `${date}T06:00:00Z`
  const id = `${layoff.id}-later`
  if (chance <= 3) return [{ ...layoff, id, time, corrects: layoff.id, annuls: true }]
  if (chance > 7) return []
  const data = { layoffId, person, employer, subUnit, end: date, reason: 'BACK_AT_WORK' }
  return [{ id, source: layoff.source, type: 'nav.layoffs.LayoffEnded', time, data }]
}

function dayAfter(date: string, count: number): string {
  return new Date(Date.parse(date) + count * 86_400_000).toISOString().slice(0, 10)
}
