import {
  employerPayReported,
  employerPayRequested,
  layoffEnded,
  layoffRegistered,
  monthlyIncomeReported,
  personDied,
  wageCompensationGranted,
  wageCompensationRefused,
} from '@samspill/schemas'
import {
  decimal,
  localDate,
  nationalIdentityNumber,
  organisationNumber,
  PermanentFailure,
  timestamp,
} from '@samspill/service'
import { specify } from '@samspill/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { ruleVersion } from '../src/rules/decide.ts'
import { wageCompensation } from '../src/service.ts'

const service = specify(wageCompensation, { now: timestamp('2020-06-10T08:00:00Z') })
afterAll(() => service[Symbol.asyncDispose]())

const layoffId = '0a5f7a0e-4a46-4f0e-9b0a-1f8f5a1e2a01'
const person = nationalIdentityNumber('23888212167')
const employer = organisationNumber('889640782')
const subUnit = organisationNumber('974760673')

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

const income = (changes: Partial<Parameters<typeof monthlyIncomeReported>[0]> = {}) =>
  monthlyIncomeReported({
    reportId: '6c1b9f1e-0c5e-4f5e-8a51-5e0f5c7f0b02',
    person,
    employer,
    subUnit,
    month: '2020-02',
    deliveredAt: timestamp('2020-03-05T10:00:00Z'),
    payments: [{ kind: 'FIXED_PAY', amountInOre: 3_900_000 }],
    deviations: [],
    ...changes,
  })
const hourlyPaid = income({ payments: [{ kind: 'HOURLY_PAY', amountInOre: 2_100_000 }] })

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
  ruleVersion,
})

const employerSays = employerPayReported({
  requestId: null,
  layoffId,
  person,
  employer,
  subUnit,
  dailyPayInOre: 120_000,
  lastDayOfAdvancedPay: null,
  reportedAt: timestamp('2020-04-20T12:00:00Z'),
})

describe('wage compensation', () => {
  test('is granted when the layoff comes after the income', () => service.given(income()).when(laidOff).then(granted))

  test('is granted when the income comes after the layoff', () => service.given(laidOff).when(income()).then(granted))

  test('is decided once', () => service.given(income(), laidOff).when(laidOff).thenNothing())

  test('waits for the income', () => service.when(laidOff).thenNothing())

  test('waits for the month that counts: January is not February', () =>
    service
      .given(income({ month: '2020-01' }))
      .when(laidOff)
      .thenNothing())

  test('does not count what another employer paid', () =>
    service
      .given(income({ subUnit: organisationNumber('991825827') }))
      .when(laidOff)
      .thenNothing())

  test('counts the report that was delivered last', () =>
    service
      .given(hourlyPaid, income({ deliveredAt: timestamp('2020-03-09T10:00:00Z') }), hourlyPaid)
      .when(laidOff)
      .then(granted))

  test('is refused outside of the scheme', () =>
    service
      .when(layoffRegistered({ ...laidOff.data, start: localDate('2020-09-01') }))
      .then(wageCompensationRefused({ layoffId, person, reason: 'OUTSIDE_SCHEME', ruleVersion })))

  test('is refused when the person died before the first day, whichever is told first', async () => {
    const died = personDied({ person, dateOfDeath: localDate('2020-03-24') })
    const refused = wageCompensationRefused({ layoffId, person, reason: 'PERSON_DIED', ruleVersion })
    await service.given(laidOff).when(died).then(refused)
    await service.given(died).when(laidOff).then(refused)
  })

  test('is refused when the layoff turns out to be none before it is decided', () =>
    service
      .given(laidOff)
      .when(ended('REGISTERED_IN_ERROR'))
      .then(wageCompensationRefused({ layoffId, person, reason: 'REGISTERED_IN_ERROR', ruleVersion })))
})

describe('a decision that does not hold any more', () => {
  const registered = layoffRegistered(laidOff.data, { id: 'a-melding-1' })
  const original = { source: '/nav/kafka', id: 'a-melding-1' }
  const wholeGrant = { source: '/nav/wage-compensation' }
  const noLayoff = wageCompensationRefused({ layoffId, person, reason: 'REGISTERED_IN_ERROR', ruleVersion })

  test.each([
    ['the layoff came last', [income(), registered]],
    ['the income came last, and the grant followed from that', [registered, income()]],
  ])('is taken back when the layoff is annulled: %s', async (_, given) => {
    const annulled = layoffRegistered(laidOff.data, { corrects: original, annuls: true })
    const when = service.given(...given).when(annulled)
    await when.then(noLayoff)
    expect(await when.returned()).toMatchObject([{ envelope: { corrects: wholeGrant } }])
  })

  test('is taken back when the register says that there was no layoff', async () => {
    const when = service.given(income(), registered).when(ended('REGISTERED_IN_ERROR'))
    await when.then(noLayoff)
    expect(await when.returned()).toMatchObject([{ envelope: { corrects: wholeGrant } }])
  })

  test('is taken back once', () =>
    service.given(income(), registered, ended('REGISTERED_IN_ERROR')).when(ended('REGISTERED_IN_ERROR')).thenNothing())

  test('is replaced when the layoff ends within the compensated days', async () => {
    const when = service.given(income(), registered).when(ended('BACK_AT_WORK'))
    await when.then(
      wageCompensationGranted({ ...granted.data, to: localDate('2020-03-27'), days: 3, totalInOre: 540_000 }),
    )
    expect(await when.returned()).toMatchObject([{ envelope: { corrects: wholeGrant } }])
  })

  test('is left as it was when the layoff ends after the compensated days', () =>
    service.given(income(), registered).when(ended('BACK_AT_WORK', '2020-05-04')).thenNothing())

  test('is replaced when a corrected layoff leads to another one, and left as it was when it does not', async () => {
    const half = layoffRegistered({ ...laidOff.data, percentage: decimal('50.00') }, { corrects: original })
    expect(await service.given(income(), registered).when(half).returned()).toMatchObject([
      { type: granted.type, data: { layoffPercentage: '50.00' }, envelope: { corrects: wholeGrant } },
    ])
    const same = layoffRegistered({ ...laidOff.data, employmentId: 'A2' }, { corrects: original })
    await service.given(income(), registered).when(same).thenNothing()
  })

  test('is corrected again, from the latest one', async () => {
    const half = layoffRegistered(
      { ...laidOff.data, percentage: decimal('50.00') },
      { id: 'a-melding-2', corrects: original },
    )
    const before = await service.given(income(), registered).when(half).returned()
    const after = await service.given(income(), registered, half).when(ended('REGISTERED_IN_ERROR')).returned()
    expect(after).toMatchObject([{ type: noLayoff.type, envelope: { corrects: wholeGrant } }])
    expect(after[0]?.envelope.corrects).not.toEqual(before[0]?.envelope.corrects)
  })

  test('holds again when the annulment is corrected in its turn, and is taken back once where it came twice', async () => {
    const annulled = layoffRegistered(laidOff.data, { id: 'a-melding-2', corrects: original, annuls: true })
    const annulment = { source: '/nav/kafka', id: 'a-melding-2' }
    const when = service
      .given(income(), registered, annulled)
      .when(layoffRegistered(laidOff.data, { corrects: annulment }))
    await when.then(granted)
    expect(await when.returned()).toMatchObject([{ envelope: { corrects: wholeGrant } }])
    const twice = layoffRegistered(laidOff.data, { id: 'a-melding-3', corrects: original, annuls: true })
    await service.given(income(), registered, annulled).when(twice).thenNothing()
  })

  test('holds again when the annulment is annulled in its turn, and not when that is annulled too', async () => {
    const say = (id: string, corrects: string) =>
      layoffRegistered(laidOff.data, { id, corrects: { source: '/nav/kafka', id: corrects }, annuls: true })
    const [annulled, annulledAgain] = [say('a-melding-2', 'a-melding-1'), say('a-melding-3', 'a-melding-2')]
    const when = service.given(income(), registered, annulled).when(annulledAgain)
    await when.then(granted)
    expect(await when.returned()).toMatchObject([{ envelope: { corrects: wholeGrant } }])
    await service
      .given(income(), registered, annulled, annulledAgain)
      .when(say('a-melding-4', 'a-melding-3'))
      .then(noLayoff)
  })

  test('is the one of the corrected layoff also where that comes before the layoff, as when it was missed', async () => {
    const half = layoffRegistered({ ...laidOff.data, percentage: decimal('50.00') }, { corrects: original })
    expect(await service.given(half, registered).when(income()).returned()).toMatchObject([
      { type: granted.type, data: { layoffPercentage: '50.00' } },
    ])
    await service.given(income(), half).when(registered).thenNothing()
  })

  test('is nobody else’s: a correction that puts the layoff on another person is for a human to look at', async () => {
    const other = layoffRegistered(
      { ...laidOff.data, person: nationalIdentityNumber('17820300033') },
      { corrects: original },
    )
    const failure = await service.given(income(), registered).when(other).thenFails(PermanentFailure)
    expect(failure.message).toContain('the layoff is kept of another person')
  })

  test('is none where the layoff comes after its annulment', async () => {
    const annulled = layoffRegistered(laidOff.data, { id: 'a-melding-2', corrects: original, annuls: true })
    await service.given(income(), annulled).when(registered).thenNothing()
  })

  test('was none where the layoff is annulled before the income comes', async () => {
    const annulled = layoffRegistered(laidOff.data, { corrects: original, annuls: true })
    await service.given(registered).when(annulled).then(noLayoff)
    await service.given(registered, annulled).when(income()).thenNothing()
  })
})

describe('the employer', () => {
  test.each([
    ['the pay is hourly', hourlyPaid, 'INCOME_VARIES'],
    ['nothing was paid', income({ payments: [] }), 'INCOME_MISSING'],
    ['the month was passed over', income({ month: '2020-03' }), 'INCOME_MISSING'],
    [
      'the register has marked a deviation',
      income({ deviations: [{ kind: 'ERROR_IN_REPORT', month: '2020-02', text: 'Feil på innsendt a-melding' }] }),
      'INCOME_DEVIATES',
    ],
  ])('is asked when %s, in either order', async (_when, unfit, reason) => {
    for (const [first, second] of [[unfit, laidOff] as const, [laidOff, unfit] as const]) {
      const returned = await service.given(first).when(second).returned()
      expect(returned).toMatchObject([{ type: employerPayRequested.type, data: { layoffId, person, reason } }])
    }
  })

  test('is asked once', () => service.given(hourlyPaid, laidOff).when(hourlyPaid).thenNothing())

  test('answers, and the compensation is granted from that', () =>
    service
      .given(hourlyPaid, laidOff)
      .when(employerSays)
      .then(
        wageCompensationGranted({
          ...granted.data,
          dailyRateInOre: 120_000,
          totalInOre: 2_160_000,
          paySource: 'EMPLOYER',
        }),
      ))

  test('may answer before the layoff is registered', async () => {
    const returned = await service.given(employerSays).when(laidOff).returned()
    expect(returned).toMatchObject([{ type: wageCompensationGranted.type, data: { paySource: 'EMPLOYER' } }])
  })
})

function ended(reason: 'BACK_AT_WORK' | 'REGISTERED_IN_ERROR', end = '2020-03-27') {
  return layoffEnded({ layoffId, person, employer, subUnit, end: localDate(end), reason })
}
