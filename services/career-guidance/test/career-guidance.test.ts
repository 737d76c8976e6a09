import {
  addressProtected,
  careerGuidanceOffered,
  careerGuidanceWithdrawn,
  employerPayRequested,
  personDied,
  residenceChanged,
  residenceRegistered,
  wageCompensationRefused,
} from '@samspill/schemas'
import { localDate, municipalityNumber, nationalIdentityNumber, organisationNumber } from '@samspill/service'
import { specify } from '@samspill/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { careerGuidance } from '../src/service.ts'

const service = specify(careerGuidance)
afterAll(() => service[Symbol.asyncDispose]())

const layoffId = '0a5f7a0e-4a46-4f0e-9b0a-1f8f5a1e2a01'
const person = nationalIdentityNumber('23888212167')
const from = localDate('2015-08-01')

const livesInBergen = residenceRegistered({ person, municipality: municipalityNumber('4601'), from })
const livesInOslo = residenceRegistered({ person, municipality: municipalityNumber('0301'), from })
const isProtected = addressProtected({ person, degree: 'STRICTLY_CONFIDENTIAL', from: localDate('2020-03-01') })

const refusedFor = (reason: 'OUTSIDE_SCHEME' | 'REGISTERED_IN_ERROR') =>
  wageCompensationRefused({ layoffId, person, reason, ruleVersion: 'FOR-2020-04-08-757' })
const refused = refusedFor('OUTSIDE_SCHEME')
const asked = employerPayRequested({
  requestId: '6c1b9f1e-0c5e-4f5e-8a51-5e0f5c7f0b02',
  layoffId,
  person,
  employer: organisationNumber('889640782'),
  subUnit: organisationNumber('974760673'),
  questions: ['DAILY_PAY'],
  reason: 'INCOME_VARIES',
})

const offered = (ground: 'WAGE_COMPENSATION_REFUSED' | 'AWAITING_EMPLOYER') =>
  careerGuidanceOffered({ layoffId, person, county: '46', ground })

describe('career guidance', () => {
  test('is offered to a resident of the county when something has come of the layoff', () =>
    service.given(livesInBergen).when(refused).then(offered('WAGE_COMPENSATION_REFUSED')))

  test('is offered too when the residence is told last', () =>
    service.given(refused).when(livesInBergen).then(offered('WAGE_COMPENSATION_REFUSED')))

  test('is offered once per layoff', () => service.given(livesInBergen, asked).when(refused).thenNothing())

  test('is offered to who moves in', () =>
    service.given(livesInOslo, movedTo('4640')).when(asked).then(offered('AWAITING_EMPLOYER')))

  test('is not offered to who lives elsewhere, or moved out', async () => {
    await service.given(livesInOslo).when(refused).thenNothing()
    await service.given(livesInBergen, movedTo('0301')).when(refused).thenNothing()
  })

  test('is not offered where there was no layoff', () =>
    service.given(livesInBergen).when(refusedFor('REGISTERED_IN_ERROR')).thenNothing())

  describe('when there turns out to have been no layoff', () => {
    const withdrawn = careerGuidanceWithdrawn({ layoffId, person, reason: 'REGISTERED_IN_ERROR' })
    const noLayoff = refusedFor('REGISTERED_IN_ERROR')

    test('is withdrawn, and names the offer', async () => {
      const when = service.given(livesInBergen, refused).when(noLayoff)
      await when.then(withdrawn)
      expect(await when.returned()).toMatchObject([{ envelope: { corrects: { source: '/vestland/career-guidance' } } }])
    })

    test('is withdrawn too where the residence was told last', () =>
      service.given(refused, livesInBergen).when(noLayoff).then(withdrawn))

    test('is withdrawn once, and not offered again by what comes late', async () => {
      await service.given(livesInBergen, refused, noLayoff).when(noLayoff).thenNothing()
      await service.given(livesInBergen, refused, noLayoff).when(asked).thenNothing()
      await service.given(livesInBergen, noLayoff).when(asked).thenNothing()
    })

    test('is not offered to who is told to be resident later', () =>
      service.given(asked, noLayoff).when(livesInBergen).thenNothing())
  })

  test('is not offered for an outcome that was taken back; what was offered stands', async () => {
    const original = { source: '/nav/wage-compensation', id: 'asked-1' }
    const takenBack = employerPayRequested(asked.data, { corrects: original, annuls: true })
    await service.given(asked, takenBack).when(livesInBergen).thenNothing()
    await service.given(asked, takenBack, refused).when(livesInBergen).then(offered('WAGE_COMPENSATION_REFUSED'))
    await service.given(livesInBergen, asked).when(takenBack).thenNothing()
    await service.given(livesInBergen, asked, takenBack).when(refused).thenNothing()
  })

  test('is not offered by place to who has a protected address, whichever is told first', async () => {
    await service.given(livesInBergen, isProtected).when(refused).thenNothing()
    await service.given(refused).when(isProtected).thenNothing()
  })

  test('is not offered to the dead', () =>
    service
      .given(livesInBergen, personDied({ person, dateOfDeath: null }))
      .when(refused)
      .thenNothing())
})

describe('what the county keeps', () => {
  test('of who lives elsewhere: that, and no outcome', async () => {
    const specified = service.given(livesInOslo).when(refused)
    expect(await specified.rows('select person, resident from people')).toEqual([{ person, resident: false }])
    expect(await specified.rows('select * from waiting_outcomes')).toEqual([])
  })

  test('of a protected person: the same as of who lives elsewhere', async () => {
    const kept = await service.given(livesInBergen).when(isProtected).rows('select person, resident from people')
    expect(kept).toEqual([{ person, resident: false }])
  })

  test('an outcome that waits is deleted when the residence turns out to be elsewhere', async () => {
    expect(await service.given(refused).when(livesInOslo).rows('select * from waiting_outcomes')).toEqual([])
  })
})

function movedTo(municipality: string) {
  return residenceChanged({
    person,
    municipality: municipalityNumber(municipality),
    from: localDate('2020-03-01'),
    previousMunicipality: null,
    kind: 'MOVED',
  })
}
