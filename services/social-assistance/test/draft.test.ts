import type { DraftFact } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { draftOf } from '../src/draft.ts'
import type { Fact } from '../src/facts.ts'

const layoffId = '0a5f7a0e-4a46-4f0e-9b0a-1f8f5a1e2a01'

const fact = (fact: DraftFact, about: string, stream: string, content: Fact['content'] = {}): Fact => ({
  fact,
  about,
  stream,
  content,
  eventId: `${fact} ${about}`,
  traceparent: null,
  tracestate: null,
})

const residence = fact('RESIDENCE', '', 'skatteetaten.persons')
const layoff = fact('LAYOFF', layoffId, 'nav.layoffs', { subUnit: '974760673', employer: '889640782' })
const february = fact('INCOME', '2020-02 974760673', 'skatteetaten.income', { subUnit: '974760673' })
const granted = fact('WAGE_COMPENSATION', layoffId, 'nav.benefits', { paySource: 'INCOME_REGISTER' })
const guidance = fact('CAREER_GUIDANCE', layoffId, 'vestland.career-guidance')

describe('a draft', () => {
  test('is filled in with what is shared and asks only for what nobody knows', () => {
    const draft = draftOf(layoffId, [residence, layoff, february, granted, guidance])
    expect(draft).toMatchObject({ notKnown: ['HOUSEHOLD', 'HOUSING_COSTS', 'ACCOUNT_NUMBER'] })
    expect(draft !== 'not-yet' && draft.filledIn.map((each) => each.fact)).toEqual([
      'RESIDENCE',
      'EMPLOYER',
      'LAYOFF',
      'INCOME',
      'WAGE_COMPENSATION',
      'CAREER_GUIDANCE',
    ])
  })

  test.each([
    ['residence', [layoff, february, granted, guidance]],
    ['layoff', [residence, february, granted, guidance]],
    ['outcome', [residence, layoff, february, guidance]],
    ['offer of guidance', [residence, layoff, february, granted]],
    ['income that the decision was built on', [residence, layoff, granted, guidance]],
  ])('waits for the %s', (_missing, facts) => {
    expect(draftOf(layoffId, facts)).toBe('not-yet')
  })

  test('asks for the income when the employer was asked and nobody has shared it', () => {
    const asked = fact('WAGE_COMPENSATION', layoffId, 'nav.employer-pay', { outcome: 'employer asked' })
    expect(draftOf(layoffId, [residence, layoff, asked, guidance])).toMatchObject({
      notKnown: ['INCOME', 'HOUSEHOLD', 'HOUSING_COSTS', 'ACCOUNT_NUMBER'],
    })
  })

  test('takes the last three months of income, from the employer that laid off only', () => {
    const months = ['2019-11', '2019-12', '2020-01', '2020-02'].map((month) =>
      fact('INCOME', `${month} 974760673`, 'skatteetaten.income', { subUnit: '974760673' }),
    )
    const other = fact('INCOME', '2020-02 991825827', 'skatteetaten.income', { subUnit: '991825827' })
    const draft = draftOf(layoffId, [residence, layoff, ...months, other, granted, guidance])
    expect(draft !== 'not-yet' && draft.filledIn.filter((each) => each.fact === 'INCOME')).toEqual(months.slice(1))
  })
})
