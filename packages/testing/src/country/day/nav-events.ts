import type { LayoffRegistered } from '@samspill/schemas'
import type { Country } from '../country.ts'
import { randomFrom, type Random } from '../random.ts'
import type { HttpEvent } from './http-doors.ts'

/** The layoffs as the register of employers and employees sends them through ingress. */
export function layoffEvents(country: Country): readonly HttpEvent[] {
  const random = randomFrom(`${country.seed}/layoff events`)
  return country.layoffs.map((layoff) => ({
    id: random.uuid(),
    source: '/nav/aareg',
    type: 'nav.layoffs.LayoffRegistered',
    time: `${layoff.start}T06:00:00Z`,
    data: layoff,
  }))
}

/** Most of those laid off register as job seekers on the first day; that one has registered says nothing of pay. */
export function jobSeekerEvents(country: Country): readonly HttpEvent[] {
  const random = randomFrom(`${country.seed}/job seekers`)
  return country.layoffs
    .filter(() => random.chance(0.6))
    .map((layoff) => ({
      id: random.uuid(),
      source: '/nav/job-seeker-register',
      type: 'nav.job_seekers.JobSeekerRegistered',
      time: `${layoff.start}T08:30:00Z`,
      data: {
        periodId: random.uuid(),
        person: layoff.person,
        startedAt: `${layoff.start}T08:30:00Z`,
        registeredBy: random.chance(0.9) ? 'SELF' : 'CASEWORKER',
        situations: ['IS_LAID_OFF'],
      },
    }))
}

/** What happened to some of the layoffs after they had been decided: back at work, or another percentage. */
export function laterLayoffEvents(country: Country): readonly HttpEvent[] {
  const random = randomFrom(`${country.seed}/later`)
  return country.layoffs.flatMap((layoff) => {
    if (layoff.end !== null || !random.chance(0.06)) return []
    return [random.chance(0.5) ? backAtWork(layoff, random) : halfBack(layoff, random)]
  })
}

function backAtWork(layoff: LayoffRegistered, random: Random): HttpEvent {
  const { layoffId, person, employer, subUnit } = layoff
  return {
    id: random.uuid(),
    source: '/nav/aareg',
    type: 'nav.layoffs.LayoffEnded',
    time: '2020-05-04T06:00:00Z',
    data: { layoffId, person, employer, subUnit, end: '2020-05-01', reason: 'BACK_AT_WORK' },
  }
}

function halfBack(layoff: LayoffRegistered, random: Random): HttpEvent {
  return {
    id: random.uuid(),
    source: '/nav/aareg',
    type: 'nav.layoffs.LayoffChanged',
    time: '2020-05-04T06:00:00Z',
    data: { ...layoff, percentage: '50.00', changedFrom: '2020-05-04', kind: 'CHANGED' },
  }
}
