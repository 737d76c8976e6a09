import { countryOf, type LivedDay, type ObservedEvent } from '@samspill/testing'
import { describe, expect, test } from 'vitest'
import { likelyCases, publishedBySystem, publishedOn } from '../src/demo/report.ts'
import { reportText } from '../src/demo/report-text.ts'

const country = countryOf({ seed: 'a report', people: 50 })
const observed = (type: string, more: Partial<ObservedEvent> = {}): ObservedEvent => ({
  stream: 'nav.layoffs',
  partition: 0,
  offset: 0n,
  type,
  id: undefined,
  source: undefined,
  causationId: undefined,
  corrects: undefined,
  annuls: false,
  replay: false,
  data: {},
  ...more,
})

const third = country.layoffs[2]?.layoffId
const day: LivedDay = {
  country,
  settlement: { laidOff: 25, granted: 20, refused: 2, asked: 3, missing: [] },
  layoffEventIds: country.layoffs.map((_, index) => `event ${index + 1}`),
  observation: {
    start: [],
    events: [
      observed('skatteetaten.income.MonthlyIncomeReported'),
      observed('nav.layoffs.LayoffRegistered', { id: 'event 1', source: '/nav/aareg' }),
      observed('nav.layoffs.LayoffRegistered', { id: 'event 2', source: '/nav/aareg' }),
      observed('nav.benefits.WageCompensationGranted', {
        id: 'decision 1',
        source: '/nav/wage-compensation',
        causationId: 'event 1',
      }),
      observed('bergen.social_assistance.SocialAssistanceDraftPrepared', { data: { layoffId: third } }),
    ],
  },
}

describe('the report of a day', () => {
  test('counts what was published, and what of it a handler returned, by event type', () => {
    expect(publishedOn(day)).toEqual({
      published: {
        'bergen.social_assistance.SocialAssistanceDraftPrepared': 1,
        'nav.benefits.WageCompensationGranted': 1,
        'nav.layoffs.LayoffRegistered': 2,
        'skatteetaten.income.MonthlyIncomeReported': 1,
      },
      returned: { 'nav.benefits.WageCompensationGranted': 1 },
    })
  })

  test('counts for each system what came from it', () => {
    expect(publishedBySystem(day.observation.events)).toEqual(
      new Map([
        ['aareg', 2],
        ['wage-compensation', 1],
      ]),
    )
  })

  test('looks first at the cases that came all the way to a draft', () => {
    expect(likelyCases(day, 2)).toEqual(['event 3', 'event 1'])
  })

  test('tells people what became of the layoffs, who did what, and that there are no traces without Jaeger', () => {
    const report = {
      ...publishedOn(day),
      handled: { 'wage-compensation': 3 },
      cases: [],
      seconds: { setUp: 9, day: 8 },
    }
    const services = ['ingress', 'layoff-notices', 'wage-compensation']
    const publishedBy = publishedBySystem(day.observation.events)
    const context = { settlement: day.settlement, steps: [], publishedBy, services, jaeger: undefined }
    const terminal = { print: ignore, note: ignore, ask: () => Promise.resolve(undefined), paint: plain }
    const text = reportText(report, context, terminal)
    expect(text).toContain('25 people were laid off: 20 are compensated, 2 are refused, and for 3 the employer')
    expect(text).toMatch(/Skatteetaten +skatteetaten\.income +MonthlyIncomeReported +1$/m)
    expect(text).toMatch(/nav\.benefits +WageCompensationGranted +1 +1 returned by a service$/m)
    expect(text).toMatch(/wage-compensation +3 +1$/m)
    expect(text).toContain('There is no Jaeger in this stack')
  })
})

function ignore(): void {}

function plain(_style: string, text: string): string {
  return text
}
