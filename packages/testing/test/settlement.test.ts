import { describe, expect, test } from 'vitest'
import { countryOf } from '../src/country/country.ts'
import type { ObservedEvent } from '../src/country/day/observation.ts'
import { settlementOf } from '../src/country/day/settlement.ts'

const country = countryOf({ seed: 'a small town', people: 40 })
const published = (type: string, layoffIds: readonly string[]): readonly ObservedEvent[] =>
  layoffIds.map((layoffId, index) => ({
    stream: 'nav.benefits',
    partition: 0,
    offset: BigInt(index),
    type,
    id: undefined,
    source: undefined,
    causationId: undefined,
    corrects: undefined,
    annuls: false,
    replay: false,
    data: { layoffId },
  }))
const all = country.layoffs.map((layoff) => layoff.layoffId)
const granted = published('nav.benefits.WageCompensationGranted', all)
const asked = published('nav.employer_pay.EmployerPayRequested', all)
const offered = published('vestland.career_guidance.CareerGuidanceOffered', all)
const prepared = published('bergen.social_assistance.SocialAssistanceDraftPrepared', all)

describe('a day', () => {
  test('is settled when every layoff has come to something and county and municipality have followed', () => {
    const settlement = settlementOf(country, [...granted, ...offered, ...prepared], new Set())
    expect(settlement).toEqual({ laidOff: all.length, granted: all.length, refused: 0, asked: 0, missing: [] })
  })

  test('says what is missing', () => {
    const { missing } = settlementOf(country, granted.slice(1), new Set())
    expect(missing[0]).toBe('1 layoffs nothing has come of')
    expect(missing.slice(1).map((each) => each.replace(/^\d+ /, ''))).toEqual([
      'laid-off residents of Vestland without an offer',
      'laid-off residents of Bergen without a draft',
    ])
  })

  test('waits for a decision where the employer has answered, and not where it has not', () => {
    const events = [...asked, ...offered, ...prepared]
    expect(settlementOf(country, events, new Set()).missing).toEqual([])
    expect(settlementOf(country, events, new Set(all.slice(0, 2))).missing).toEqual([
      '2 answers of employers without a decision',
    ])
  })
})
