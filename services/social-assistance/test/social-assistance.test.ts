import {
  addressProtected,
  careerGuidanceOffered,
  layoffRegistered,
  monthlyIncomeReported,
  residenceChanged,
  residenceRegistered,
  socialAssistanceDraftPrepared,
  socialAssistanceDraftWithdrawn,
  wageCompensationGranted,
  wageCompensationRefused,
} from '@samspill/schemas'
import {
  decimal,
  localDate,
  municipalityNumber,
  nationalIdentityNumber,
  organisationNumber,
  timestamp,
} from '@samspill/service'
import { specify } from '@samspill/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { socialAssistance } from '../src/service.ts'

const service = specify(socialAssistance)
afterAll(() => service[Symbol.asyncDispose]())

const layoffId = '0a5f7a0e-4a46-4f0e-9b0a-1f8f5a1e2a01'
const person = nationalIdentityNumber('23888212167')
const employer = organisationNumber('889640782')
const subUnit = organisationNumber('974760673')
const from = localDate('2015-08-01')

const livesInBergen = residenceRegistered({ person, municipality: municipalityNumber('4601'), from })
const livesInVoss = residenceRegistered({ person, municipality: municipalityNumber('4621'), from })
const laidOff = layoffRegistered({
  layoffId,
  person,
  employer,
  subUnit,
  employmentId: 'A1',
  start: localDate('2020-03-23'),
  end: null,
  percentage: decimal('100.00'),
})
const income = monthlyIncomeReported({
  reportId: '6c1b9f1e-0c5e-4f5e-8a51-5e0f5c7f0b02',
  person,
  employer,
  subUnit,
  month: '2020-02',
  deliveredAt: timestamp('2020-03-05T10:00:00Z'),
  payments: [{ kind: 'FIXED_PAY', amountInOre: 3_900_000 }],
  deviations: [],
})
const granted = wageCompensationGranted({
  layoffId,
  person,
  from: localDate('2020-03-25'),
  to: localDate('2020-04-17'),
  days: 18,
  dailyRateInOre: 180_000,
  totalInOre: 3_240_000,
  layoffPercentage: decimal('100.00'),
  paySource: 'INCOME_REGISTER',
  ruleVersion: 'FOR-2020-04-08-757',
})
const guided = careerGuidanceOffered({ layoffId, person, county: '46', ground: 'WAGE_COMPENSATION_GRANTED' })
const allFacts = [livesInBergen, income, laidOff, granted, guided] as const

const counts = `select (select count(*)::int from facts) as facts, (select count(*)::int from drafts) as drafts`

describe('a draft for social assistance', () => {
  test('is prepared for a resident and names where each fact comes from', async () => {
    const returned = await service.given(livesInBergen, income, laidOff, granted).when(guided).returned()
    expect(returned).toMatchObject([
      {
        type: socialAssistanceDraftPrepared.type,
        data: { layoffId, person, municipality: '4601', notKnown: ['HOUSEHOLD', 'HOUSING_COSTS', 'ACCOUNT_NUMBER'] },
      },
    ])
    expect(returned[0]?.data).toMatchObject({
      prefilled: [
        { fact: 'RESIDENCE', stream: 'skatteetaten.persons' },
        { fact: 'EMPLOYER', stream: 'nav.layoffs' },
        { fact: 'LAYOFF', stream: 'nav.layoffs' },
        { fact: 'INCOME', stream: 'skatteetaten.income' },
        { fact: 'WAGE_COMPENSATION', stream: 'nav.benefits' },
        { fact: 'CAREER_GUIDANCE', stream: 'vestland.career-guidance' },
      ],
    })
  })

  test.each(allFacts)('is prepared when %o comes last', async (last) => {
    const returned = await service
      .given(...allFacts.filter((each) => each !== last))
      .when(last)
      .returned()
    expect(returned).toMatchObject([{ type: socialAssistanceDraftPrepared.type }])
  })

  test('asks who has moved in for the income that was told while the person lived elsewhere', async () => {
    const movesIn = residenceChanged({ ...livesInBergen.data, previousMunicipality: null, kind: 'MOVED' })
    const returned = await service.given(livesInVoss, income, movesIn, laidOff, granted).when(guided).returned()
    expect(returned).toMatchObject([{ data: { notKnown: ['INCOME', 'HOUSEHOLD', 'HOUSING_COSTS', 'ACCOUNT_NUMBER'] } }])
  })

  describe('when there turns out to have been no layoff', () => {
    const noLayoff = wageCompensationRefused({
      layoffId,
      person,
      reason: 'REGISTERED_IN_ERROR',
      ruleVersion: 'FOR-2020-04-08-757',
    })
    const annulled = layoffRegistered(laidOff.data, { corrects: { source: '/nav/kafka', id: '1' }, annuls: true })

    test.each([
      ['the decision says so', noLayoff],
      ['the register takes the layoff back', annulled],
    ])('is withdrawn, and names what told of it: %s', async (_, last) => {
      const when = service.given(...allFacts).when(last)
      expect(await when.returned()).toMatchObject([
        {
          type: socialAssistanceDraftWithdrawn.type,
          data: { layoffId, person, reason: 'REGISTERED_IN_ERROR' },
          envelope: { corrects: { source: '/bergen/social-assistance' } },
        },
      ])
      expect(await when.rows('select * from drafts')).toEqual([])
    })

    test('is withdrawn once', () =>
      service
        .given(...allFacts, noLayoff)
        .when(annulled)
        .thenNothing())

    test('is never prepared, whatever comes last', async () => {
      await service.given(livesInBergen, income, noLayoff, guided).when(laidOff).thenNothing()
      await service.given(livesInBergen, income, laidOff, noLayoff).when(guided).thenNothing()
    })
  })

  test('is told once', () =>
    service
      .given(...allFacts)
      .when(income)
      .thenNothing())

  test('is kept with what it is filled in with', async () => {
    const rows = await service
      .given(livesInBergen, income, laidOff, granted)
      .when(guided)
      .rows(`select content -> 'filledIn' -> 3 -> 'content' ->> 'month' as month from drafts`)
    expect(rows).toEqual([{ month: '2020-02' }])
  })

  test('is not prepared for who lives in another municipality', () =>
    service.given(livesInVoss, income, laidOff, granted).when(guided).thenNothing())
})

describe('an outcome that is taken back', () => {
  const toldFirst = wageCompensationGranted(granted.data, { id: 'grant-1' })
  const takenBack = wageCompensationGranted(granted.data, {
    corrects: { source: '/nav/kafka', id: 'grant-1' },
    annuls: true,
  })
  const ruleVersion = granted.data.ruleVersion
  const refused = wageCompensationRefused({ layoffId, person, reason: 'OUTSIDE_SCHEME', ruleVersion })
  const outcome = `select content ->> 'outcome' as outcome from facts where fact = 'WAGE_COMPENSATION'`

  test('is forgotten, and the draft waits for the next', async () => {
    const facts = [livesInBergen, income, laidOff, toldFirst, takenBack]
    expect(
      await service
        .given(...facts)
        .when(guided)
        .rows(outcome),
    ).toEqual([])
    await service
      .given(...facts)
      .when(guided)
      .thenNothing()
    expect(
      await service
        .given(...facts, guided)
        .when(refused)
        .returned(),
    ).toMatchObject([{ type: socialAssistanceDraftPrepared.type }])
  })

  test('leaves the one that has come since', async () => {
    const rows = await service.given(livesInBergen, toldFirst, refused).when(takenBack).rows(outcome)
    expect(rows).toEqual([{ outcome: 'refused' }])
  })
})

describe('what the municipality keeps', () => {
  test('of who lives elsewhere: no fact', async () => {
    expect(await service.given(livesInVoss, laidOff, granted).when(income).rows(counts)).toEqual([
      { facts: 0, drafts: 0 },
    ])
  })

  test('facts that came before the residence are deleted when it is elsewhere', async () => {
    expect(await service.given(income, laidOff).when(livesInVoss).rows(counts)).toEqual([{ facts: 0, drafts: 0 }])
  })

  test.each([
    ['moves out', residenceChanged({ ...livesInVoss.data, previousMunicipality: null, kind: 'MOVED' })],
    ['gets a protected address', addressProtected({ person, degree: 'STRICTLY_CONFIDENTIAL', from })],
  ])('nothing of a person who %s', async (_what, gone) => {
    const specified = service.given(...allFacts).when(gone)
    expect(await specified.rows(counts)).toEqual([{ facts: 0, drafts: 0 }])
    expect(await specified.rows('select standing from people')).toEqual([{ standing: 'elsewhere' }])
  })
})
