import { describe, expect, test } from 'vitest'
import { checkAgainstVersions, checkCompatibility, checkSchema } from '@samspill/avro'
import { decimal, event, field, optional } from './schemas.ts'

const reasons = (symbols: readonly string[], more: { readonly default?: string } = {}) =>
  field('reason', { type: 'enum', name: 'Reason', symbols, ...more })
const person = field('person', 'string')
const employer = (...fields: readonly object[]) => field('employer', { type: 'record', name: 'Employer', fields })

describe('a later version that both old and new readers understand', () => {
  test.each([
    ['the same again', event(person), event(person)],
    ['a new nullable field', event(person), event(person, optional('percentage', 'long'))],
    ['a new field with a default', event(person), event(person, field('kind', 'string', { default: 'full' }))],
    ['a nullable field less', event(person, optional('percentage', 'long')), event(person)],
    [
      'a new symbol where the earlier enum has a default',
      event(reasons(['A', 'X'], { default: 'X' })),
      event(reasons(['A', 'B', 'X'], { default: 'X' })),
    ],
    [
      'a symbol less where the later enum has a default',
      event(reasons(['A', 'B', 'X'], { default: 'X' })),
      event(reasons(['A', 'X'], { default: 'X' })),
    ],
    ['fields in another order', event(person, field('days', 'int')), event(field('days', 'int'), person)],
    ['new words of documentation', event(person), { ...event(field('person', 'string', { doc: 'who' })), doc: 'x' }],
    ['a record inside that grows', event(employer(person)), event(employer(person, optional('name', 'string')))],
  ])('%s', (_, earlier, later) => {
    expect(checkCompatibility(earlier, later)).toEqual([])
  })
})

describe('a later version that somebody would misread is refused, with the place, the rule and the way out', () => {
  test.each([
    [
      'a new field without default',
      event(person),
      event(person, field('days', 'int')),
      'days',
      'field-added-without-default',
      /"default": null/,
    ],
    [
      'a required field less',
      event(person, field('days', 'int')),
      event(person),
      'days',
      'field-removed-without-default',
      /\.v2/,
    ],
    [
      'int to long',
      event(field('days', 'int')),
      event(field('days', 'long')),
      'days',
      'type-widened',
      /readers of the earlier version cannot read/,
    ],
    [
      'long to int',
      event(field('days', 'long')),
      event(field('days', 'int')),
      'days',
      'type-narrowed',
      /readers of this version cannot read/,
    ],
    [
      'text to bytes, which Avro takes',
      event(field('a', 'string')),
      event(field('a', 'bytes')),
      'a',
      'type-changed',
      /new nullable field/,
    ],
    [
      'a required field made nullable',
      event(field('a', 'int')),
      event(optional('a', 'int')),
      'a',
      'nullability-changed',
      /add a new nullable field/,
    ],
    [
      'a nullable field made required',
      event(optional('a', 'int')),
      event(field('a', 'int')),
      'a',
      'nullability-changed',
      /keep `null \| T`/,
    ],
    [
      'a nullable field of another type',
      event(optional('a', 'int')),
      event(optional('a', 'string')),
      'a',
      'type-changed',
      /was int and is string/,
    ],
    [
      'a number that becomes a date',
      event(field('a', 'int')),
      event(field('a', { type: 'int', logicalType: 'date' })),
      'a',
      'logical-type-changed',
      /was int and is int \(date\)/,
    ],
    [
      'milliseconds to microseconds',
      event(field('a', { type: 'long', logicalType: 'timestamp-millis' })),
      event(field('a', { type: 'long', logicalType: 'timestamp-micros' })),
      'a',
      'logical-type-changed',
      /would mean something else/,
    ],
    [
      'another decimal scale',
      event(field('a', decimal(9, 2))),
      event(field('a', decimal(9, 3))),
      'a',
      'logical-type-changed',
      /decimal\(9, 2\) and is decimal\(9, 3\)/,
    ],
    [
      'a person number that becomes any text',
      event(field('a', { type: 'string', logicalType: 'national-identity-number' })),
      event(field('a', 'string')),
      'a',
      'logical-type-changed',
      /national-identity-number/,
    ],
    [
      'a new symbol without default',
      event(reasons(['A'])),
      event(reasons(['A', 'B'])),
      'reason',
      'symbol-added-without-default',
      /new symbols B/,
    ],
    [
      'a symbol less without default',
      event(reasons(['A', 'B'])),
      event(reasons(['A'])),
      'reason',
      'symbol-removed-without-default',
      /give the enum a "default"/,
    ],
    [
      'another namespace only',
      event(person),
      { ...event(person), namespace: 'nav.other' },
      '',
      'namespace-renamed',
      /only the namespace differs/,
    ],
    ['another name', event(person), { ...event(person), name: 'Other' }, '', 'renamed', /keep the name/],
    [
      'a renamed field with an alias',
      event(optional('a', 'int')),
      event({ ...optional('b', 'int'), aliases: ['a'] }),
      'b',
      'alias-used',
      /silently lose the value/,
    ],
    [
      'another fixed size',
      event(field('a', { type: 'fixed', name: 'F', size: 4 })),
      event(field('a', { type: 'fixed', name: 'F', size: 5 })),
      'a',
      'size-changed',
      /new field/,
    ],
    [
      'another type inside a list',
      event(field('a', { type: 'array', items: 'int' })),
      event(field('a', { type: 'array', items: 'string' })),
      'a[]',
      'type-changed',
      /was int/,
    ],
  ])('%s', (_, earlier, later, path, rule, message) => {
    expect(checkCompatibility(earlier, later)).toMatchObject([{ path, rule, message: expect.stringMatching(message) }])
  })

  test('one way round, promotions hold: int to long is BACKWARD and not FORWARD', () => {
    const [earlier, later] = [event(field('days', 'int')), event(field('days', 'long'))]
    expect(checkCompatibility(earlier, later, 'BACKWARD')).toEqual([])
    expect(checkCompatibility(earlier, later, 'FORWARD')).toMatchObject([{ rule: 'type-widened' }])
  })

  test('every earlier version is asked, and the message names those that object', () => {
    const versions = [event(person, field('days', 'int')), event(person, optional('note', 'string')), event(person)]
    const stored = versions.map((schema, index) => ({ version: index + 1, schema }))
    expect(checkAgainstVersions(stored, event(person))).toMatchObject([
      { path: 'days', rule: 'field-removed-without-default', message: expect.stringContaining('(against version 1)') },
    ])
  })
})

describe('a schema alone', () => {
  test.each([
    [
      'a union of two types',
      event(field('a', ['int', 'string'])),
      'union-not-nullable',
      /one nullable field per alternative/,
    ],
    [
      'a union of three',
      event(field('a', ['null', 'int', 'string'], { default: null })),
      'union-not-nullable',
      /int \| string/,
    ],
    ['a default that is no value of its type', event(field('a', 'int', { default: 'x' })), 'schema-invalid', /default/],
    ['a type that is not defined', event(field('a', 'String')), 'schema-invalid', /a names a type that is not defined/],
    [
      'a date that is written as text',
      event(field('a', { type: 'string', logicalType: 'date' })),
      'schema-invalid',
      /written as an int/,
    ],
    ['a decimal without a scale that fits', event(field('a', decimal(2, 3))), 'schema-invalid', /scale from 0/],
    ['a name with a hyphen', { ...event(person), namespace: 'no.nav-x' }, 'schema-invalid', /name/],
  ])('%s is refused', (_, schema, rule, message) => {
    expect(checkSchema(schema)).toMatchObject([{ rule, message: expect.stringMatching(message) }])
  })
})
