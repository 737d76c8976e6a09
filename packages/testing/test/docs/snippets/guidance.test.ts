import { careerGuidanceOffered, residenceRegistered, wageCompensationRefused } from '@samspill/schemas'
import { localDate, municipalityNumber, nationalIdentityNumber } from '@samspill/service'
import { specify } from '@samspill/testing'
import { afterAll, test } from 'vitest'
import { guidance } from './guidance.ts'

const service = specify(guidance)
afterAll(() => service[Symbol.asyncDispose]())

const layoffId = '0a5f7a0e-4a46-4f0e-9b0a-1f8f5a1e2a01'
const person = nationalIdentityNumber('23888212167')
const livesIn = (municipality: string) =>
  residenceRegistered({ person, municipality: municipalityNumber(municipality), from: localDate('2015-08-01') })
const refused = wageCompensationRefused({
  layoffId,
  person,
  reason: 'OUTSIDE_SCHEME',
  ruleVersion: 'FOR-2020-04-08-757',
})

test('a resident of the county is offered guidance', () =>
  service
    .given(livesIn('4601'))
    .when(refused)
    .then(careerGuidanceOffered({ layoffId, person, county: '46', ground: 'WAGE_COMPENSATION_REFUSED' })))

test('who lives elsewhere is not', () => service.given(livesIn('0301')).when(refused).thenNothing())
