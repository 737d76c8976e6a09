import { describe, expect, it } from 'vitest'
import { event, eventFile, field, problemsOf, problemsOfField, problemsOfFields } from './small-language.ts'

const place = { name: 'Workplace', type: 'record', doc: 'Where.', fields: [field({ name: 'city' })] }

describe('given a schema that does not say what it means', () => {
  it('asks for a description of the record', () => {
    expect(problemsOf({ [eventFile]: event([], { doc: ' ' }) })).toEqual([
      `${eventFile}: The record has no description. Write "doc": "…" that says what the event says and what it does not say. (doc-missing)`,
    ])
  })

  it('asks for a description of every field, nested ones too', () => {
    const city = { name: 'city', type: 'string', dataClass: 'location' }
    const type = { type: 'array', items: { ...place, fields: [city] } }
    expect(problemsOfField({ name: 'places', type, dataClass: undefined })).toEqual([
      `${eventFile}, places[].city: The field has no description. Write "doc": "…" that says what the field means. (doc-missing)`,
    ])
  })

  it('asks for a data class', () => {
    expect(problemsOfField({ dataClass: undefined })).toEqual([
      `${eventFile}, extra: The field has no data class. Write "dataClass": one of identity, contact, employment, income, health, location, free-text, none. (data-class-missing)`,
    ])
  })

  it.each([
    ['freetext', 'Did you mean "free-text"?'],
    ['Income', 'Did you mean "income"?'],
    ['secret', 'Write one of: identity, contact, employment, income, health, location, free-text, none.'],
  ])('refuses the data class %s', (dataClass, wayOut) => {
    expect(problemsOfField({ dataClass })).toEqual([
      `${eventFile}, extra: "${dataClass}" is no data class. ${wayOut} (data-class-unknown)`,
    ])
  })

  it('refuses a data class on a field that holds records, defined there or named', () => {
    const problems = problemsOfFields(
      field({ name: 'first', type: ['null', place], default: null }),
      field({ name: 'others', type: { type: 'array', items: 'Workplace' } }),
    )
    expect(problems).toHaveLength(2)
    expect(problems[0]).toContain(
      `${eventFile}, first: The field holds a record, and a data class belongs on leaf fields.`,
    )
    expect(problems[1]).toContain(`${eventFile}, others: The field holds a record`)
  })

  it('recognises a misspelt attribute, which Avro would pass over in silence', () => {
    expect(problemsOfField({ dataclass: 'none' })).toEqual([
      `${eventFile}, extra: Nobody reads "dataclass" on a field. Did you mean "dataClass"? (attribute-unknown)`,
    ])
  })
})

describe('given a name that Avro or JavaScript misreads', () => {
  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('refuses a field %s', (name) => {
    const json = event([field({ name: 'FIELD' })]).replace('FIELD', name)
    expect(problemsOf({ [eventFile]: json })).toEqual([
      `${eventFile}, ${name}: JavaScript reads "${name}" as something of its own, so it cannot name a field. Choose another word. (name-forbidden)`,
    ])
  })

  it.each([
    ['årsakskode', 'Avro takes no Norwegian letters (write ae, oe, aa). Write "aarsakskode".'],
    ['lønn', 'Avro takes no Norwegian letters (write ae, oe, aa). Write "loenn".'],
    ['2ndEmployer', 'a name may not start with a digit. Write "_2ndEmployer".'],
    ['sub-unit', 'Avro takes no hyphens. Write "subUnit".'],
    ['sub unit', 'Avro takes letters A–Z, digits and _ only. Write "subUnit".'],
  ])('refuses a field %s', (name, wayOut) => {
    expect(problemsOfField({ name })).toEqual([
      `${eventFile}, ${name}: "${name}" cannot name a field: ${wayOut} (name-illegal)`,
    ])
  })

  it('refuses a symbol with Norwegian letters, as NAV’s own notice has', () => {
    const type = { type: 'enum', name: 'Reason', symbols: ['MANGEL_PÅ_ARBEID', 'UNKNOWN'], default: 'UNKNOWN' }
    expect(problemsOfField({ type })).toEqual([
      `${eventFile}, extra: "MANGEL_PÅ_ARBEID" cannot name a symbol: Avro takes no Norwegian letters (write ae, oe, aa). Write "MANGEL_PAA_ARBEID". (name-illegal)`,
    ])
  })

  it.each([
    ['String', 'name-taken', 'means something else in the generated code. Choose a name that says more'],
    ['Streams', 'name-taken', 'means something else in the generated code. Choose a name that says more'],
    ['workplace', 'name-not-pascal', 'Names of types start with a capital letter. Write "Workplace".'],
    ['nav.layoffs.Workplace', 'name-dotted', 'Write "name": "Workplace" and "namespace" beside it.'],
  ])('refuses a record %s', (name, rule, wayOut) => {
    const [problem] = problemsOfField({ type: { ...place, name }, dataClass: undefined })
    expect(problem).toContain(`${eventFile}, extra: `)
    expect(problem).toContain(wayOut)
    expect(problem).toContain(`(${rule})`)
  })

  it('refuses a field that stands twice', () => {
    expect(problemsOfFields(field({}), field({}))).toEqual([
      `${eventFile}: The record has the field "extra" more than once. Take one away or give it another name. (field-twice)`,
    ])
  })

  it('refuses a type that is defined twice in one file', () => {
    const twice = { ...place, fields: [field({ name: 'street' })] }
    const problems = problemsOfFields(
      field({ name: 'first', type: place, dataClass: undefined }),
      field({ name: 'second', type: twice, dataClass: undefined }),
    )
    expect(problems.join('\n')).toContain('"nav.layoffs.Workplace" is defined more than once in the file.')
  })
})
