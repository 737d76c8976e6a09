import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HttpProblem } from '@samspill/http'
import { describe, expect, test } from 'vitest'
import { notifiedBy } from '../src/layoff-notice.ts'
import { noticeValidator } from '../src/validate-notice.ts'

const validate = noticeValidator()

const notice = {
  id: '5f6027bf-0604-4acf-8168-0c1611f33c0d',
  type: 'PERMITTERING_UTEN_LØNN',
  antallBerorte: 12,
  bedriftsnummer: '974760673',
  sendtInnTidspunkt: '2020-03-18T10:19:30.000Z',
  trukketTidspunkt: null,
  startDato: '2020-03-23',
  sluttDato: '2020-06-22',
  årsakskode: 'PÅLEGG_FRA_OFFENTLIG_MYNDIGHET',
  yrkeskategorier: [{ konseptId: 21837, styrk08: '5120.03', label: 'Kokk', antall: null }],
}

/** What is wrong, as `field: rule`. */
function brokenFields(json: unknown): string[] {
  try {
    validate(json)
    return []
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error
    expect(error).toMatchObject({ status: 422, code: 'notice-invalid' })
    return error.errors.map((field) => `${field.path}: ${field.rule}`)
  }
}

describe('a layoff notice in the format of today', () => {
  test('is taken and translated', () => {
    expect(notifiedBy(validate(notice))).toEqual({
      noticeId: '5f6027bf-0604-4acf-8168-0c1611f33c0d',
      subUnit: '974760673',
      kind: 'LAYOFF_WITHOUT_PAY',
      affectedCount: 12,
      submittedAt: Date.parse('2020-03-18T10:19:30Z'),
      start: '2020-03-23',
      end: '2020-06-22',
      reason: 'ORDER_FROM_PUBLIC_AUTHORITY',
      occupations: [{ conceptId: 21837, styrk08: '5120.03', label: 'Kokk', count: null }],
    })
  })

  test('is taken where å is written as a and a ring', () => {
    const decomposed = JSON.parse(JSON.stringify(notice).normalize('NFD')) as unknown
    expect(brokenFields(decomposed)).toEqual([])
  })

  test('may have fields that we do not know', () => {
    expect(brokenFields({ ...notice, kontaktNavn: 'Kari Nordmann' })).toEqual([])
  })
})

describe('a broken layoff notice', () => {
  test('is refused with every broken field named, as the notices of March 2020 were broken', () => {
    const { årsakskode: _reason, yrkeskategorier: _occupations, ...rest } = notice
    const sample = { ...rest, type: 'MASSEOPPSIGELSE', bedriftsnummer: 910825526, sluttDato: '2020-09-20' }
    expect(brokenFields(sample).toSorted()).toEqual([
      'bedriftsnummer: wrong-type',
      'sluttDato: wrong-type',
      'yrkeskategorier: missing-field',
      'årsakskode: missing-field',
    ])
  })

  test.each([
    ['974760674', 'a wrong check digit'],
    ['1974760673', 'a digit too many'],
    ['97476067', 'a digit too few'],
  ])('is refused for the organisation number %s: %s', (bedriftsnummer) => {
    expect(brokenFields({ ...notice, bedriftsnummer })).toEqual(['bedriftsnummer: wrong-format'])
  })

  test.each([
    ['id', '5f6027bf', 'wrong-format'],
    ['type', 'INNSKRENKING_I_ARBEIDSTID', 'wrong-value'],
    ['antallBerorte', 1.5, 'wrong-type'],
    ['antallBerorte', 3_000_000_000, 'out-of-bounds'],
    ['sendtInnTidspunkt', '2020-03-18T10:19:30', 'wrong-format'],
    ['trukketTidspunkt', 'i går', 'wrong-format'],
    ['startDato', '2020-02-30', 'wrong-format'],
    ['årsakskode', 'MANGEL_PA_ARBEID', 'wrong-value'],
    ['yrkeskategorier', null, 'wrong-type'],
  ])('is refused for %s = %j', (field, value, rule) => {
    expect(brokenFields({ ...notice, [field]: value })).toEqual([`${field}: ${rule}`])
  })

  test('names the place inside a list', () => {
    const yrkeskategorier = [{ konseptId: 1 }, { konseptId: '2', antall: 'tre' }]
    expect(brokenFields({ ...notice, yrkeskategorier })).toEqual([
      'yrkeskategorier[1].konseptId: wrong-type',
      'yrkeskategorier[1].antall: wrong-type',
    ])
  })

  test.each([[null], [[]], ['{}'], [7]])('is refused when it is no object: %j', (body) => {
    expect(brokenFields(body)).toEqual(['the body: wrong-type'])
  })

  test('is answered without its own values', () => {
    try {
      validate({ ...notice, bedriftsnummer: '12345678901', type: 'hemmelig' })
    } catch (error) {
      expect(JSON.stringify((error as HttpProblem).toProblem())).not.toMatch(/12345678901|hemmelig/)
    }
  })
})

describe.skipIf(!process.env.SAMSPILL_REAL)('the sample notice that NAV keeps', () => {
  test('is refused with every broken field named', () => {
    const folder = 'navikt+permitteringsmelding-notifikasjon/src/test/resources/json'
    const file = join(process.env.SAMSPILL_REAL ?? '', 'real', folder, 'permitteringsMelding.json')
    expect(brokenFields(JSON.parse(readFileSync(file, 'utf8'))).toSorted()).toEqual([
      'bedriftsnummer: wrong-type',
      'sluttDato: wrong-type',
      'yrkeskategorier: missing-field',
      'årsakskode: missing-field',
    ])
  })
})
