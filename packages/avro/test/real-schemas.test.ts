import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import avsc from 'avsc'
import { describe, expect, test } from 'vitest'
import { checkCompatibility, checkSchema, parseSchema } from '@samspill/avro'
import { createBoundedWalk } from '../src/bounded-walk.ts'

const folder = process.env['SAMSPILL_REAL'] ?? ''
const missing = !existsSync(join(folder, 'real-compiled'))
if (missing)
  console.log(
    'SAMSPILL_REAL is not set to a folder with real/ and real-compiled/: the tests over real schemas are skipped',
  )

const compiled = (name: string): object =>
  JSON.parse(readFileSync(join(folder, 'real-compiled', `${name}.avsc`), 'utf8'))

describe.skipIf(missing)('real schemas (skipped unless SAMSPILL_REAL names their folder)', () => {
  test.each([
    ['paw-Periode-v1@2024-02-09', 'paw-Periode-v1@before-sikkerhetsnivaa'],
    ['paw-Periode-v1@before-sikkerhetsnivaa', 'paw-Periode-v1@before-tidspunktFraKilde'],
    ['paw-Periode-v1@before-tidspunktFraKilde', 'paw-Periode-v1@before-new-AvviksType'],
    ['paw-Periode-v1@before-new-AvviksType', 'paw-Periode-v1@before-avslutningsInfo'],
    ['paw-Periode-v1@before-avslutningsInfo', 'paw-Periode-v1'],
    ['Personhendelse@before-falskIdentitet', 'Personhendelse'],
    ['paw-OpplysningerOmArbeidssoeker@before-jobbsituasjon-update', 'paw-OpplysningerOmArbeidssoeker-v4'],
  ])('%s → %s is FULL compatible, and avsc reads both ways', (before, after) => {
    const [earlier, later] = [compiled(before), compiled(after)]
    expect(checkCompatibility(earlier, later)).toEqual([])
    const [one, two] = [earlier, later].map((schema) => avsc.Type.forSchema(schema as never, { wrapUnions: 'never' }))
    expect(() => [one?.createResolver(two as avsc.Type), two?.createResolver(one as avsc.Type)]).not.toThrow()
  })

  test('the step from v3 to v4 of OpplysningerOmArbeidssoeker was another type, and is refused as one', () => {
    const problems = checkCompatibility(
      compiled('paw-OpplysningerOmArbeidssoeker@v3-2024-02-09'),
      compiled('paw-OpplysningerOmArbeidssoeker@before-jobbsituasjon-update'),
    )
    expect(problems).toContainEqual(expect.objectContaining({ path: '', rule: 'namespace-renamed' }))
    expect(problems).toContainEqual(
      expect.objectContaining({ path: 'arbeidserfaring', rule: 'field-removed-without-default' }),
    )
  })

  test('the union of two records in PaaVegneAv is refused by its place', () => {
    expect(checkSchema(compiled('paw-PaaVegneAv-v1'))).toMatchObject([{ path: 'handling', rule: 'union-not-nullable' }])
  })

  test('every real schema is within the limits', () => {
    const files = globSync('{real,real-compiled}/**/*.avsc', { cwd: folder })
    expect(files.length).toBeGreaterThan(30)
    for (const file of files)
      expect(() => parseSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')))).not.toThrow()
  })

  test('random values of every real schema, written by avsc, pass the bounded walk', () => {
    for (const file of globSync('{real,real-compiled}/**/*.avsc', { cwd: folder })) {
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      const type = avsc.Type.forSchema(schema)
      const walk = createBoundedWalk(parseSchema(schema))
      for (let round = 0; round < 20; round++)
        expect(() => walk.check(type.toBuffer(type.random())), file).not.toThrow()
    }
  })
})
