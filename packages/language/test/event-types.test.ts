import { describe, expect, it } from 'vitest'
import { event, eventFile, field, person, problemsOf, streamYaml } from './small-language.ts'

describe('given an event type that does not fit its file', () => {
  it('asks for one record', () => {
    expect(problemsOf({ [eventFile]: '["string"]' })[0]).toContain(
      `${eventFile}: An event type is one record. Write { "type": "record", "name": …`,
    )
  })

  it('names the record after the file', () => {
    expect(problemsOf({ [eventFile]: event([], { name: 'LayoffReported' }) })).toEqual([
      `${eventFile}, name: The record is called "LayoffReported" and the file layoff-registered.avsc. Write "name": "LayoffRegistered", or rename the file. (record-name)`,
    ])
  })

  it('names a later version after the file: layoff-registered.v2.avsc holds LayoffRegisteredV2', () => {
    const file = 'nav/layoffs/layoff-registered.v2.avsc'
    expect(problemsOf({ [file]: event([], { name: 'LayoffRegisteredV2' }) })).toEqual([])
    expect(problemsOf({ [file]: event() })[0]).toContain('Write "name": "LayoffRegisteredV2", or rename the file.')
  })

  it.each([
    ['LayoffEnded.avsc', 'layoff-ended.avsc'],
    ['layoff_ended.avsc', 'layoff-ended.avsc'],
    ['permittering-påbegynt.avsc', 'permittering-paabegynt.avsc'],
    ['layoff-ended.v1.avsc', 'layoff-ended.avsc'],
    ['layoff-ended.V2.avsc', 'layoff-ended.v2.avsc'],
  ])('refuses the file name %s', (name, right) => {
    const problems = problemsOf({ [`nav/layoffs/${name}`]: event([], { name: 'LayoffEnded' }) })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`nav/layoffs/${name}: The file name must be small letters and hyphens`)
    expect(problems[0]).toContain(`Write "${right}". (file-name)`)
  })

  it('asks for the namespace of the stream', () => {
    expect(problemsOf({ [eventFile]: event([], { namespace: 'no.nav.layoffs' }) })).toEqual([
      `${eventFile}, namespace: The namespace must be that of the stream, with _ for hyphens. Write "namespace": "nav.layoffs". (namespace)`,
    ])
  })

  it('keeps types inside an event type in its namespace', () => {
    const inner = {
      type: 'enum',
      name: 'LayoffKind',
      namespace: 'skatteetaten.income',
      symbols: ['UNKNOWN'],
      default: 'UNKNOWN',
    }
    expect(problemsOf({ [eventFile]: event([field({ type: inner })]) })).toEqual([
      `${eventFile}, extra: A type inside an event type lives in the namespace of the stream. Take "namespace" away here. (namespace)`,
    ])
  })
})

describe('given a stream about persons', () => {
  it('asks for the field that says who the event is about', () => {
    const file = event([], { fields: [field({ name: 'layoffId' })] })
    expect(problemsOf({ [eventFile]: file })).toEqual([
      `${eventFile}, person: The stream is about "person", and the event does not say who. Write a field "person" of type { "type": "string", "logicalType": "national-identity-number" }. (subject-missing)`,
    ])
  })

  it.each([
    ['plain text', { type: 'string' }],
    ['null or a number', { type: ['null', person.type], default: null }],
    ['a number of another kind', { type: { type: 'string', logicalType: 'organisation-number' } }],
  ])('refuses a subject that is %s', (_, attributes) => {
    const file = event([], { fields: [{ ...person, ...attributes }] })
    expect(problemsOf({ [eventFile]: file })).toEqual([
      `${eventFile}, person: The field says who the event is about, so it is never null and its type says what number it is. Write "type": { "type": "string", "logicalType": "national-identity-number" }. (subject-type)`,
    ])
  })
})

describe('given an open stream', () => {
  const open = streamYaml.replace('kind: person', 'kind: organisation').replace('personal', 'open')
  const organisation = { ...person, type: { type: 'string', logicalType: 'organisation-number' } }

  it('refuses a national identity number in it', () => {
    const file = event([], { fields: [organisation, { ...person, name: 'owner' }] })
    expect(problemsOf({ 'nav/layoffs/stream.yaml': open, [eventFile]: file })).toEqual([
      `${eventFile}, owner: An open stream may not hold a national identity number. Take the field away, or write "access: personal" in stream.yaml. (personal-in-open-stream)`,
    ])
  })

  it('refuses income and health in it', () => {
    const file = event([], { fields: [organisation, field({ dataClass: 'health' })] })
    expect(problemsOf({ 'nav/layoffs/stream.yaml': open, [eventFile]: file })[0]).toContain(
      `${eventFile}, extra: An open stream may not hold data of class health.`,
    )
  })
})

describe('given a name that is used twice', () => {
  const other = 'nav/benefits/layoff-registered.avsc'
  const stream = { 'nav/benefits/stream.yaml': streamYaml }

  it('refuses the same event type in two streams', () => {
    const problems = problemsOf({ ...stream, [other]: event([], { namespace: 'nav.benefits' }) })
    expect(problems).toEqual([
      `${eventFile}: The name "LayoffRegistered" already means something else in ${other}. Choose a name that says more; within a stream, the same definition may stand in several files. (name-twice)`,
    ])
  })

  const kind = (symbols: readonly string[]) =>
    field({ name: 'kind', type: { type: 'enum', name: 'LayoffKind', symbols, default: 'UNKNOWN' } })

  it('takes the same part in two event types of a stream', () => {
    const problems = problemsOf({
      [eventFile]: event([kind(['FULL', 'UNKNOWN'])]),
      'nav/layoffs/layoff-ended.avsc': event([kind(['FULL', 'UNKNOWN'])], { name: 'LayoffEnded' }),
    })
    expect(problems).toEqual([])
  })

  it('refuses two parts of the same name that are not the same', () => {
    const problems = problemsOf({
      [eventFile]: event([kind(['FULL', 'UNKNOWN'])]),
      'nav/layoffs/layoff-ended.avsc': event([kind(['PART', 'UNKNOWN'])], { name: 'LayoffEnded' }),
    })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('The name "LayoffKind" already means something else')
  })

  it('refuses two streams that would have one constant', () => {
    const problems = problemsOf({
      'nav-lay/agency.yaml': 'name: L\norganisationNumber: "889640782"\nlevel: state\ncontact: a@b.example\n',
      'nav-lay/offs/stream.yaml': streamYaml,
      'nav/lay-offs/stream.yaml': streamYaml,
    })
    expect(problems[0]).toContain('The name "navLayOffs" already means something else')
  })
})
