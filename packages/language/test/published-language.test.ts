import { readdir, readFile, rm, mkdtemp, cp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  checkLanguage,
  checkSchema,
  problemText,
  readLanguage,
  readLanguageFiles,
  staleFiles,
  writeGenerated,
} from '../src/index.ts'
import { event } from './small-language.ts'

const schemas = fileURLToPath(new URL('../../../schemas', import.meta.url))
const real = process.env['SAMSPILL_REAL'] || undefined

describe('the published language', () => {
  it('has no problem', async () => {
    const problems = checkLanguage(await readLanguageFiles(schemas))
    expect(problems.map((problem) => problemText(problem))).toEqual([])
  })

  it('is generated afresh', async () => {
    expect(await staleFiles(schemas)).toEqual([])
  })

  it('has an event type of every stream', async () => {
    const { streams, eventTypes } = await readLanguage(schemas)
    const spoken = new Set(eventTypes.map((eventType) => eventType.stream))
    expect(streams.map((stream) => stream.name).filter((name) => !spoken.has(name))).toEqual([])
  })

  it('takes a new event type from one file and a new stream from one folder, with no list to edit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'samspill-schemas-'))
    try {
      await cp(schemas, folder, { recursive: true, filter: (path) => !path.includes('node_modules') })
      await cp(join(folder, 'nav/layoffs/stream.yaml'), join(folder, 'bergen/day-care/stream.yaml'))
      const text = event([], { name: 'PlaceOffered', namespace: 'bergen.day_care' })
      await writeFile(join(folder, 'bergen/day-care/place-offered.avsc'), text)
      await writeGenerated(folder)
      const catalogue = await readFile(join(folder, 'src/catalogue.ts'), 'utf8')
      expect(catalogue).toContain("import { bergenDayCare, placeOffered } from './bergen/day-care.ts'")
      expect(catalogue).toContain('  placeOffered,\n')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

// Real schemas of Norwegian agencies, which may not be copied here. SAMSPILL_REAL names the folder that holds them.
describe.skipIf(real === undefined)('schemas that agencies use today (skipped unless SAMSPILL_REAL is set)', () => {
  const found = async (name: string): Promise<readonly string[]> => {
    const entries = await readdir(real ?? '', { recursive: true })
    const file = entries.find((entry) => entry.endsWith(`/${name}`))
    return checkSchema(JSON.parse(await readFile(join(real ?? '', file ?? ''), 'utf8'))).map(
      ({ field, rule }) => `${field}: ${rule}`,
    )
  }

  it('are checked without a crash, every one', async () => {
    const entries = await readdir(real ?? '', { recursive: true })
    const files = entries.filter((entry) => entry.endsWith('.avsc'))
    expect(files.length).toBeGreaterThan(30)
    for (const file of files) {
      const findings = checkSchema(JSON.parse(await readFile(join(real ?? '', file), 'utf8')))
      expect(findings.map((finding) => finding.rule)).not.toContain('schema-malformed')
    }
  })

  it.each([
    ['Personhendelse.avsc', 'kontaktadresse.vegadresse.koordinater.x: binary-fraction'],
    ['Personhendelse.avsc', 'endringstype: enum-default'],
    ['paw-PaaVegneAv-v1.avsc', 'handling: union-not-nullable'],
    ['paw-Periode-v1.avsc', 'avsluttet: union-default'],
    ['beskjedInput.avsc', 'tidspunkt: time-not-timestamp'],
    ['notifikasjon.avsc', 'sikkerhetsnivaa: attribute-unknown'],
  ])('have what we would refuse: %s, %s', async (name, problem) => {
    expect(await found(name)).toContain(problem)
  })
})
