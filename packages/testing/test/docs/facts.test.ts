import { checkCompatibility } from '@samspill/avro'
import { headersOfEnvelope, timestamp, decodeHeaders } from '@samspill/contracts'
import { layoffRegistered } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { filesBelow, page } from './pages.ts'

const sources = ['packages', 'services', 'infra', 'schemas']
  .flatMap((folder) => filesBelow(folder))
  .filter((file) => /\.(ts|mjs|yaml|avsc)$/.test(file) && !/\/test\//.test(file))
  .map((file) => page(file).text)
const inSource = (text: string): boolean => sources.some((source) => source.includes(text))

describe('the page about another stack', () => {
  const { text } = page('docs/how-to/run-against-another-stack.md')
  const inside = ['SAMSPILL_PART_OF'] // The keeper marks its processes with it; nobody sets it.

  test('names every environment variable that the source reads', () => {
    const names = sources.flatMap((source) => source.match(/SAMSPILL_[A-Z_]*[A-Z](?![A-Z_$])/g) ?? [])
    const known = new Set(names.filter((name) => !/^SAMSPILL_(KEY|PORT)_[A-Z]+$/.test(name) || inParts(name)))
    const missing = [...known].filter((name) => !inside.includes(name) && !text.includes(`\`${name}\``))
    expect(missing).toEqual([])
  })

  test('names none that nothing reads', () => {
    const named = Array.from(text.matchAll(/`(SAMSPILL_[A-Z_]*[A-Z])`/g), ([, name = '']) => name)
    const made = /^SAMSPILL_(KEY_NAV|PORT_INGRESS)$/
    expect(named.filter((name) => !made.test(name) && !inSource(name))).toEqual([])
  })

  /** Ports of parts have their names in the source; those of services and keys are made from names. */
  function inParts(name: string): boolean {
    return inSource(`'${name}'`)
  }
})

describe('the page about the wire', () => {
  test('names every header that the hub writes', () => {
    const headers = headersOfEnvelope({
      id: '1',
      source: '/nav/aareg',
      type: 'nav.layoffs.LayoffRegistered',
      time: timestamp(0),
      subjectKey: 'key',
      correlationId: '1',
      causationId: '0',
      traceparent: '00-1-1-01',
      tracestate: 'a=b',
      replay: true,
    })
    const { text } = page('docs/reference/wire.md')
    expect(
      decodeHeaders(headers)
        .map(([name]) => name)
        .filter((name) => !text.includes(`\`${name}\``)),
    ).toEqual([])
  })
})

test('the page about changing a schema adds a field that old and new readers understand', () => {
  const field = /```json\n([\s\S]*?)```/.exec(page('docs/how-to/change-a-schema.md').text)?.[1] ?? ''
  const { schema } = layoffRegistered
  expect(checkCompatibility(schema, { ...schema, fields: [...schema.fields, JSON.parse(field) as object] })).toEqual([])
})

describe('the pages', () => {
  const pages = ['docs/glossary.md', ...['docs/explanation', 'docs/decisions'].flatMap((folder) => filesBelow(folder))]
  const everyFile = ['packages', 'services', 'infra', 'schemas', 'faults', 'workspace'].flatMap((folder) =>
    filesBelow(folder),
  )

  test.each(pages)('%s names only files that are there', (file) => {
    const named = Array.from(page(file).text.matchAll(/`([\w/.-]+\.(?:ts|avsc|yaml))`/g), ([, name = '']) => name)
    const missing = named.filter((name) => !everyFile.some((each) => each === name || each.endsWith(`/${name}`)))
    expect(missing).toEqual([])
  })

  test('of words give names that the code has', () => {
    const rows = page('docs/glossary.md')
      .text.split('\n')
      .filter((line) => line.startsWith('| '))
    const names = rows.flatMap((row) =>
      Array.from((row.split(' | ')[2] ?? '').matchAll(/`(\w+)`/g), ([, name]) => name),
    )
    expect(names.filter((name) => name !== undefined && !inSource(name))).toEqual([])
  })
})
