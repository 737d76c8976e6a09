import { describe, expect, it } from 'vitest'
import { breakingChanges, problemText } from '../src/index.ts'
import { event, eventFile, field, smallLanguage, streamYaml } from './small-language.ts'

const optionalField = field({ type: ['null', 'string'], default: null })

/** What readers of `earlier` could no longer rely on, a line each. */
function broken(
  earlier: Readonly<Record<string, string | undefined>>,
  later: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return breakingChanges(smallLanguage(earlier), smallLanguage(later)).map(problemText)
}

describe('given a change that every reader of the earlier language gets along with', () => {
  it.each([
    ['nothing', {}],
    ['a nullable field', { [eventFile]: event([optionalField]) }],
    ['another event type', { 'nav/layoffs/layoff-ended.avsc': event([], { name: 'LayoffEnded' }) }],
    ['words', { [eventFile]: event([], { doc: 'A person has been laid off.' }) }],
    ['a longer retention', { 'nav/layoffs/stream.yaml': streamYaml.replace('P5Y', 'P10Y') }],
    ['the name of the file alone', { [eventFile]: undefined, 'nav/layoffs/layoff.avsc': event() }],
  ])('finds nothing: %s', (_, later) => {
    expect(broken({}, later)).toEqual([])
  })

  it('takes a nullable field away again', () => {
    expect(broken({ [eventFile]: event([optionalField]) }, {})).toEqual([])
  })
})

describe('given a schema that old and new readers do not both understand', () => {
  it('names the file, the field, the rule and the way out', () => {
    expect(broken({}, { [eventFile]: event([field({ name: 'days', type: 'int' })]) })).toEqual([
      `${eventFile}, days: It is new and has no default, and earlier events lack it: write ["null", T] with "default": null (field-added-without-default)`,
    ])
  })

  it('says why a namespace alone is a break too, which a registry takes', () => {
    expect(broken({}, { [eventFile]: event([], { namespace: 'nav.other' }) })[0]).toContain(
      'only the namespace differs, which some readers follow and others refuse',
    )
  })

  it('says why a union of several types is refused, which a registry takes', () => {
    const union = field({ name: 'cause', type: ['string', 'int'] })
    expect(broken({ [eventFile]: event([union]) }, { [eventFile]: event([union]) })[0]).toContain(
      'a union that is not null and one other type (string | int): write one nullable field per alternative',
    )
  })
})

describe('given an event type or a stream that is gone', () => {
  const ended = 'nav/layoffs/layoff-ended.avsc'
  const withTwo = { [ended]: event([], { name: 'LayoffEnded' }) }

  it('names the event type', () => {
    expect(broken(withTwo, {})).toEqual([
      `${ended}: The event type nav.layoffs.LayoffEnded is gone, and services may read it. Keep the file for as long as one does, also beside a new event type (.v2). (event-type-removed)`,
    ])
  })

  it('names the stream, once for all its event types', () => {
    const lines = broken(withTwo, { 'nav/layoffs/stream.yaml': undefined, [eventFile]: undefined })
    expect(lines).toEqual([
      'nav/layoffs/stream.yaml: The stream nav.layoffs is gone, and services may read it. Keep the folder for as long as one does. (stream-removed)',
    ])
  })
})

describe('given what a stream fixes when it is made', () => {
  it.each([
    ['partitions', 'partitions: 6', 'partitions: 12', 'It was 6 and is 12'],
    ['keys', 'keys: hub', 'keys: publisher', 'It was "hub" and is "publisher"'],
    ['subject', 'field: person', 'field: employer', 'It was person person and is employer person'],
  ])('refuses another value: %s', (setting, from, to, words) => {
    const lines = broken({}, { 'nav/layoffs/stream.yaml': streamYaml.replace(from, to) })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`nav/layoffs/stream.yaml, ${setting}: ${words}`)
    expect(lines[0]).toContain(`(stream-${setting}-changed)`)
  })
})

describe('given an earlier language that breaks rules of today', () => {
  it('is compared all the same', () => {
    const undocumented = event([{ name: 'note', type: 'string' }])
    expect(broken({ [eventFile]: undocumented }, {})[0]).toContain('(field-removed-without-default)')
  })

  it('leaves out a file that could not be read, since nobody can have registered it', () => {
    expect(broken({ 'nav/layoffs/layoff-ended.avsc': '{ "type": ' }, {})).toEqual([])
  })
})
