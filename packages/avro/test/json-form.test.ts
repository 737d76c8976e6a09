import { describe, expect, test } from 'vitest'
import { createCodecs } from '@samspill/avro'
import { contractOf, layoff, layoffRegistered } from './contracts.ts'

const codecs = createCodecs()
const codec = codecs.of(layoffRegistered)

const json = {
  person: '17912099997',
  employer: { organisationNumber: '974760673', name: 'Fjord Hotell AS' },
  reason: 'COVID_19',
  from: '2020-03-20',
  to: null,
  percentage: '100.00',
  dailyRate: 149_900,
  registeredAt: '2020-03-20T08:30:00.000Z',
  byEmployer: true,
  attachment: Buffer.from('varsel').toString('base64'),
  periods: [{ from: '2020-03-20', days: 18 }],
  amounts: { march: 3_120_000 },
}

function problems(changes: object): readonly { path: string; rule: string; message: string }[] {
  const result = codec.fromJson({ ...json, ...changes })
  return 'problems' in result ? result.problems : []
}

describe('the JSON form of an event', () => {
  test('is what agencies without Avro write, and comes back the same', () => {
    expect(codec.toJson(layoff)).toEqual(json)
    expect(codec.fromJson(json)).toEqual({ data: layoff })
    expect(codec.fromJson(JSON.parse(JSON.stringify(codec.toJson(layoff))))).toEqual({ data: layoff })
  })

  test('takes null and nothing at all for a nullable field, and the default where a field has one', () => {
    const { to: _to, attachment: _attachment, periods: _periods, amounts: _amounts, ...rest } = json
    expect(codec.fromJson(rest)).toEqual({ data: { ...layoff, attachment: null, periods: [], amounts: {} } })
  })

  test('takes times with any zone', () => {
    expect(codec.fromJson({ ...json, registeredAt: '2020-03-20T09:30:00+01:00' })).toEqual({ data: layoff })
  })

  test.each([
    ['an unknown field', { persn: 'x' }, 'persn', 'unknown-field'],
    ['an unknown field inside', { employer: { ...json.employer, city: 'Bergen' } }, 'employer.city', 'unknown-field'],
    ['a missing field', { person: undefined }, 'person', 'missing-field'],
    [
      'a missing field inside a list',
      { periods: [{ from: '2020-03-20', days: 1 }, { from: '2020-03-21' }] },
      'periods[1].days',
      'missing-field',
    ],
    ['a number for a text', { person: 17_912_099_997 }, 'person', 'wrong-type'],
    ['a text for a number', { dailyRate: '149900' }, 'dailyRate', 'wrong-type'],
    ['a fraction of an øre', { dailyRate: 1.5 }, 'dailyRate', 'wrong-type'],
    ['a long beyond 2^53', { dailyRate: 2 ** 60 }, 'dailyRate', 'out-of-range'],
    ['an int beyond 32 bits', { periods: [{ from: '2020-03-20', days: 2 ** 31 }] }, 'periods[0].days', 'out-of-range'],
    ['a date that does not exist', { from: '2020-02-30' }, 'from', 'invalid-value'],
    ['a date with a time', { from: '2020-03-20T00:00:00Z' }, 'from', 'invalid-value'],
    ['a date as a number', { from: 18_341 }, 'from', 'wrong-type'],
    ['a time without a zone', { registeredAt: '2020-03-20T08:30:00' }, 'registeredAt', 'invalid-value'],
    ['a time as a number', { registeredAt: 1 }, 'registeredAt', 'wrong-type'],
    ['a decimal as a number', { percentage: 100 }, 'percentage', 'wrong-type'],
    ['a decimal with too many digits', { percentage: '100.005' }, 'percentage', 'invalid-value'],
    ['an unknown symbol', { reason: 'STRIKE' }, 'reason', 'unknown-symbol'],
    ['a symbol that is a method', { reason: 'toString' }, 'reason', 'unknown-symbol'],
    ['text that is no base64', { attachment: 'ÆØÅ' }, 'attachment', 'invalid-value'],
    ['a person number with a wrong check digit', { person: '17912099998' }, 'person', 'invalid-value'],
    [
      'an organisation number with a wrong check digit',
      { employer: { organisationNumber: '974760674' } },
      'employer.organisationNumber',
      'invalid-value',
    ],
    ['an object for a list', { periods: {} }, 'periods', 'wrong-type'],
    ['a list for an object', { employer: [] }, 'employer', 'wrong-type'],
    ['null for what is required', { employer: null }, 'employer', 'wrong-type'],
    [
      'text with half a character',
      { employer: { organisationNumber: '974760673', name: '\udc00' } },
      'employer.name',
      'invalid-value',
    ],
    ['text with a zero character', { reason: 'COVID_19', person: '1791209\u00009997' }, 'person', 'invalid-value'],
    ['a map key __proto__', { amounts: JSON.parse('{"__proto__": 1}') }, 'amounts{0}', 'forbidden-name'],
  ])('%s is named by its path', (_, changes, path, rule) => {
    expect(problems(changes)).toMatchObject([{ path, rule }])
  })

  test.each([null, 'text', 7, [], undefined])('data that is no object (%j) is one problem of the whole', (data) => {
    expect(codec.fromJson(data)).toMatchObject({ problems: [{ path: '', rule: 'wrong-type' }] })
  })

  test('every problem is found at once, a hundred at most', () => {
    expect(problems({ person: 1, from: 2, reason: 3, dailyRate: 'x' }).map(({ path }) => path)).toEqual([
      'person',
      'reason',
      'from',
      'dailyRate',
    ])
    expect(problems({ periods: Array.from({ length: 500 }, () => 'x') })).toHaveLength(100)
  })

  test('__proto__ in a body is an unknown field and touches no prototype', () => {
    const body: unknown = JSON.parse('{"__proto__": {"isAdmin": true}, "employer": {"__proto__": {"name": "x"}}}')
    const found = codec.fromJson(body)
    expect(found).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ rule: 'unknown-field' })]),
    })
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test('fields are not taken from a prototype', () => {
    expect(codec.fromJson(Object.create(json))).toMatchObject({
      problems: expect.arrayContaining([{ path: 'person', rule: 'missing-field', message: 'is missing' }]),
    })
  })

  test('no message holds a value, and no path a name that is one', () => {
    const found = problems({ person: '01010199999', dailyRate: 'Ola', '01010199999': 1, 'Ola Nordmann, Storgata 1': 2 })
    expect(found).toHaveLength(4)
    expect(JSON.stringify(found)).not.toMatch(/01010199999|Ola|Storgata/)
  })

  test('what holds itself is refused beyond a depth, without a stack overflow', () => {
    const link = codecs.of(
      contractOf(
        ['null', { type: 'record', name: 'Link', fields: [{ name: 'next', type: ['null', 'nav.layoffs.Link'] }] }],
        'Linked',
      ),
    )
    const chain = Array.from({ length: 50_000 }).reduce<object>((next) => ({ next }), { next: null })
    expect(link.fromJson({ value: chain })).toMatchObject({ problems: [{ rule: 'too-deep' }] })
  })

  test('lists longer than a reader takes are refused here', () => {
    const nulls = codecs.of(contractOf({ type: 'array', items: 'null' }, 'Nulls'))
    expect(nulls.fromJson({ value: Array.from({ length: 10_001 }, () => null) })).toMatchObject({
      problems: [{ path: 'value', rule: 'too-many-items' }],
    })
  })
})
