import { describe, expect, it } from 'vitest'
import { generate, languageOf, LanguageInvalid } from '../src/index.ts'
import { event, eventFile, field, smallLanguage, streamYaml } from './small-language.ts'

function streamCode(...fields: readonly unknown[]): string {
  const files = generate(languageOf(smallLanguage({ [eventFile]: event(fields) })))
  return files.get('src/nav/layoffs.ts') ?? ''
}

describe('generate', () => {
  it('writes one file per stream, a catalogue, the door and a page for readers', () => {
    expect([...generate(languageOf(smallLanguage())).keys()]).toEqual([
      'src/nav/layoffs.ts',
      'src/catalogue.ts',
      'src/index.ts',
      'src/streams.md',
    ])
  })

  it('writes the interface, its descriptions and the contract of an event type', () => {
    expect(streamCode()).toContain(`/** A person is laid off. */
export interface LayoffRegistered {
  /** The person who is laid off. */
  readonly person: NationalIdentityNumber
}

/** A person is laid off. */
export const layoffRegistered = defineContract<'nav.layoffs.LayoffRegistered', LayoffRegistered>(
  'nav.layoffs.LayoffRegistered',
  navLayoffs,
  {
    type: 'record',
`)
  })

  it('writes the stream as its description says', () => {
    expect(streamCode()).toContain(`/** Layoffs of persons. Who is laid off. It does not say why. */
export const navLayoffs: Stream = {
  name: 'nav.layoffs',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}
`)
  })

  it('keeps the data class of every field in the schema', () => {
    expect(streamCode()).toContain(`dataClass: 'identity'`)
  })

  it.each([
    ['boolean', 'boolean'],
    ['int', 'number'],
    ['long', 'number'],
    ['bytes', 'Uint8Array'],
    [{ type: 'int', logicalType: 'date' }, 'LocalDate'],
    [{ type: 'long', logicalType: 'timestamp-millis' }, 'Timestamp'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 }, 'Decimal'],
    [{ type: 'string', logicalType: 'uuid' }, 'string'],
    [{ type: 'string', logicalType: 'organisation-number' }, 'OrganisationNumber'],
    [{ type: 'string', logicalType: 'municipality-number' }, 'MunicipalityNumber'],
    [{ type: 'array', items: 'string' }, 'readonly string[]'],
    [{ type: 'array', items: { type: 'array', items: 'int' } }, 'readonly (readonly number[])[]'],
    [{ type: 'map', values: 'long' }, 'Readonly<Record<string, number>>'],
  ])('gives %j the TypeScript form %s', (type, form) => {
    const code = streamCode(field({ type }))
    expect(code).toContain(`  readonly extra: ${form}\n`)
  })

  it('imports the forms of values from the contracts', () => {
    const code = streamCode(field({ type: { type: 'int', logicalType: 'date' } }))
    expect(code).toContain(
      "import { defineContract, type LocalDate, type NationalIdentityNumber, type Stream } from '@samspill/contracts'",
    )
  })

  it('writes what may be null as T | null', () => {
    expect(streamCode(field({ type: ['null', 'string'], default: null }))).toContain('readonly extra: string | null\n')
  })

  it('writes enums as unions of their symbols, and parts as interfaces of their own', () => {
    const kind = { type: 'enum', name: 'PayKind', doc: 'Which pay.', symbols: ['FIXED', 'UNKNOWN'], default: 'UNKNOWN' }
    const pay = { type: 'record', name: 'Pay', doc: 'Some pay.', fields: [field({ name: 'kind', type: kind })] }
    const code = streamCode(field({ type: { type: 'array', items: pay }, dataClass: undefined }))
    expect(code).toContain('readonly extra: readonly Pay[]\n')
    expect(code).toContain('/** Some pay. */\nexport interface Pay {\n')
    expect(code).toContain(`/** Which pay. */\nexport type PayKind = 'FIXED' | 'UNKNOWN'\n`)
  })

  it('cannot be broken out of by a description', () => {
    const code = streamCode(field({ doc: `Ends here */ process.exit() /* and 'here' \\ or "there"` }))
    expect(code).toContain('/** Ends here * / process.exit() /*')
    expect(code).toContain(`doc: 'Ends here */ process.exit() /* and \\'here\\' \\\\ or "there"'`)
  })

  it('gives the same text whatever order the files are read in', () => {
    const files = smallLanguage({ 'nav/benefits/stream.yaml': streamYaml })
    const backwards = new Map([...files].reverse())
    expect([...generate(languageOf(backwards))]).toEqual([...generate(languageOf(files))])
  })

  it('refuses a language with problems, and names them all', () => {
    const files = smallLanguage({ [eventFile]: event([], { doc: '' }), 'nav/agency.yaml': undefined })
    expect(() => languageOf(files)).toThrow(LanguageInvalid)
    expect(() => languageOf(files)).toThrow(
      /2 problems:\nnav\/agency\.yaml: .+\nnav\/layoffs\/layoff-registered\.avsc: /,
    )
  })
})
