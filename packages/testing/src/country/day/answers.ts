import { localDate, timestamp, type LocalDate } from '@samspill/contracts'
import type { EmployerPayReported, EmployerPayRequested } from '@samspill/schemas'
import type { Country } from '../country.ts'
import { randomFrom } from '../random.ts'
import type { HttpEvent } from './http-doors.ts'

const payDaysPerYear = 260

/** What employers answer when they are asked; about three in ten do not answer on the day. */
export interface Employers {
  /** The answer to a request, undefined where the employer does not answer. The same request gets the same answer. */
  answer(request: EmployerPayRequested): HttpEvent | undefined
}

/** The employers of a country, who know what their people earn. */
export function answeringEmployers(country: Country): Employers {
  const residents = new Map(country.residents.map((resident) => [resident.identityNumber, resident]))
  return {
    answer: (request) => {
      const resident = residents.get(request.person)
      const random = randomFrom(`${country.seed}/answer/${request.layoffId}`)
      if (resident === undefined || random.chance(0.3)) return undefined
      const data: EmployerPayReported = {
        requestId: request.requestId,
        layoffId: request.layoffId,
        person: request.person,
        employer: request.employer,
        subUnit: request.subUnit,
        dailyPayInOre: Math.round((resident.employment.monthlyPay * 12) / payDaysPerYear),
        lastDayOfAdvancedPay: random.chance(0.2) ? advancedUntil(random.integer(1, 9)) : null,
        reportedAt: timestamp('2020-04-27T09:00:00Z'),
      }
      return {
        id: random.uuid(),
        source: '/nav/employer-portal',
        type: 'nav.employer_pay.EmployerPayReported',
        time: '2020-04-27T09:00:00Z',
        data: { ...data, reportedAt: '2020-04-27T09:00:00Z' },
      }
    },
  }
}

function advancedUntil(dayOfApril: number): LocalDate {
  return localDate(`2020-04-0${dayOfApril}`)
}
