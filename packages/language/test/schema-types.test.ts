import { describe, expect, it } from 'vitest'
import { event, eventFile, field, problemsOf, problemsOfField } from './small-language.ts'

const refused = (message: string): readonly string[] => [`${eventFile}, extra: ${message}`]

describe('given a type that is no type', () => {
  it.each([
    ['String', '"String" is no type and no name defined earlier in this file. Did you mean "string"?'],
    ['record', '"record" needs an object: write { "type": "record", … }.'],
    [undefined, 'The type is missing. Write a type, e.g. "type": "string".'],
  ])('refuses %s', (type, message) => {
    expect(problemsOfField({ type })).toEqual(refused(`${message} (schema-malformed)`))
  })

  it.each([
    [{ type: 'record', doc: 'x', fields: [] }, 'The record has no name. Write "name": "…".'],
    [{ type: 'record', name: 'Part', doc: 'x' }, 'The record has no fields. Write "fields": [ … ].'],
    [{ type: 'array' }, 'The type is missing. Write a type'],
    [
      { type: 'enum', name: 'Kind', default: 'A' },
      'The enum has no list of symbols. Write "symbols": ["…", "UNKNOWN"].',
    ],
    [{ type: 'fixed', name: 'Hash' }, 'The fixed has no size. Write "size": a whole number of bytes, 1 or more.'],
    [42, 'The type is missing. Write a type'],
  ])('refuses %j', (type, message) => {
    expect(problemsOfField({ type }).join('\n')).toContain(message)
  })

  it('survives fields that are no fields', () => {
    const problems = problemsOf({ [eventFile]: event([null, 'x', { type: 'string' }, []]) })
    expect(problems).toHaveLength(4)
    expect(problems[0]).toContain(`${eventFile}, fields[1]: The field has no name.`)
  })
})

describe('given a union that is more than null or one type', () => {
  it.each([
    [
      ['string', 'int'],
      'A union may only be null or one type. Write ["null", T], or one nullable field per type. (union-not-nullable)',
    ],
    [
      ['null', 'string', 'int'],
      'A union may only be null or one type. Write ["null", T], or one nullable field per type. (union-not-nullable)',
    ],
    [
      ['string', 'null'],
      'In a union null comes first, so that the default can be null. Write ["null", T]. (union-null-first)',
    ],
  ])('refuses %j', (type, message) => {
    expect(problemsOfField({ type, default: null })).toEqual(refused(message))
  })

  it('asks for null as the default', () => {
    const message = 'A nullable field needs null as its default. Write "default": null. (union-default)'
    expect(problemsOfField({ type: ['null', 'string'] })).toEqual(refused(message))
  })

  it('refuses null among the entries of a list', () => {
    const [problem] = problemsOfField({ type: { type: 'array', items: ['null', 'string'] } })
    expect(problem).toContain(`${eventFile}, extra[]: A union may only be the type of a field`)
  })

  it('refuses a field that can only be null', () => {
    const message = 'The field can only be null. Take it away, or write ["null", T]. (null-alone)'
    expect(problemsOfField({ type: 'null' })).toEqual(refused(message))
  })
})

describe('given an enum or a default', () => {
  const reason = { type: 'enum', name: 'Reason', symbols: ['FIRE', 'UNKNOWN'] }

  it('asks for the default of an enum', () => {
    const message =
      'The enum has no default, so a new symbol would stop every reader. Write "default": "UNKNOWN", and "UNKNOWN" among the symbols. (enum-default)'
    expect(problemsOfField({ type: reason })).toEqual(refused(message))
  })

  it('refuses a default that is none of the symbols', () => {
    const message = `The enum's default "OTHER" is not among its symbols. Write one of: FIRE,UNKNOWN. (enum-default)`
    expect(problemsOfField({ type: { ...reason, default: 'OTHER' } })).toEqual(refused(message))
  })

  it('refuses a symbol that stands twice', () => {
    const type = { ...reason, symbols: ['FIRE', 'FIRE', 'UNKNOWN'], default: 'UNKNOWN' }
    expect(problemsOfField({ type })).toEqual(refused('The symbol "FIRE" stands twice. Take one away. (enum-symbols)'))
  })

  it.each([
    ['int', '1'],
    ['string', 1],
    ['boolean', 'true'],
    [{ type: 'array', items: 'string' }, ['x']],
    [{ type: 'int', logicalType: 'date' }, '2020-03-20'],
    [{ ...reason, default: 'UNKNOWN' }, 'FLOOD'],
  ])('refuses for %j the default %j', (type, fallback) => {
    const message = `The default ${JSON.stringify(fallback)} is no value of the field's type. Write one that is, or take "default" away. (default-wrong)`
    expect(problemsOfField({ type, default: fallback })).toEqual(refused(message))
  })

  it.each([
    ['int', 1],
    ['string', ''],
    [{ type: 'array', items: 'string' }, []],
    [{ type: 'map', values: 'string' }, {}],
    [{ ...reason, default: 'UNKNOWN' }, 'FIRE'],
  ])('takes for %j the default %j', (type, fallback) => {
    expect(problemsOfField({ type, default: fallback })).toEqual([])
  })
})

describe('given a schema that could grow without end', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 'string' : { type: 'array', items: nested(levels - 1) })

  it('takes 16 levels and refuses 17', () => {
    expect(problemsOfField({ type: nested(15) })).toEqual([])
    expect(problemsOfField({ type: nested(16) })).toEqual([
      `${eventFile}: The types are nested 17 levels deep. Nest at most 16. (too-deep)`,
    ])
  })

  it('survives a hundred levels, and a thousand', () => {
    expect(problemsOfField({ type: nested(100) }).join('\n')).toContain('(too-deep)')
    expect(problemsOfField({ type: nested(1_000) })[0]).toContain('The text is nested too deep to read.')
  })

  it('refuses a record that holds itself', () => {
    const child = field({ name: 'child', type: ['null', 'Part'], default: null, dataClass: undefined })
    const type = { type: 'record', name: 'Part', doc: 'x', fields: [child] }
    expect(problemsOfField({ type, dataClass: undefined })[0]).toContain(
      'A record holds itself, so its data has no end.',
    )
  })

  it('takes 500 fields and refuses 501', () => {
    const fields = Array.from({ length: 499 }, (_, index) => field({ name: `field${index}` }))
    expect(problemsOf({ [eventFile]: event(fields) })).toEqual([])
    expect(problemsOf({ [eventFile]: event([...fields, field({})]) })).toEqual([
      `${eventFile}: The event has 501 fields, nested ones counted. Write at most 500; split the event. (too-many-fields)`,
    ])
  })

  it('counts the fields of a part wherever it is used', () => {
    const double = (level: number): unknown => ({
      type: 'record',
      name: `Part${level}`,
      doc: 'x',
      fields: [
        field({
          name: 'a',
          type: level === 0 ? 'string' : double(level - 1),
          dataClass: level === 0 ? 'none' : undefined,
        }),
        field({
          name: 'b',
          type: level === 0 ? 'string' : `Part${level - 1}`,
          dataClass: level === 0 ? 'none' : undefined,
        }),
      ],
    })
    expect(problemsOfField({ type: double(9), dataClass: undefined })[0]).toContain('The event has 2048 fields')
  })

  it('refuses what the codec would not take, though no rule speaks of it', () => {
    const symbols = [...Array.from({ length: 2_500 }, (_, index) => `CODE_${index}`), 'UNKNOWN']
    const type = { type: 'enum', name: 'Code', symbols, default: 'UNKNOWN' }
    const [problem] = problemsOfField({ type })
    expect(problem).toContain(`${eventFile}: The hub's codec does not take the schema: `)
    expect(problem).toContain('(schema-unreadable)')
  })

  const empty = { type: 'record', name: 'Empty', doc: 'x', fields: [] }
  it.each([
    ['null', 'null'],
    ['empty records', empty],
    ['records of nothing', { ...empty, name: 'Nothing', fields: [{ name: 'a', doc: 'x', type: empty }] }],
    ['fixed of no bytes', { type: 'fixed', name: 'None', size: 0 }],
  ])('refuses a list of %s', (_, items) => {
    expect(problemsOfField({ type: { type: 'array', items } }).join('\n')).toContain(
      `${eventFile}, extra: An entry of the list takes no bytes, so a few bytes could claim a billion entries. Write items that hold something, or an int that counts. (array-of-nothing)`,
    )
  })
})
