import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import * as schemas from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { allPages, anchorsOf, filesBelow, linksOf, page, shownFiles } from './pages.ts'

describe('the pages', () => {
  const shown = allPages().flatMap(shownFiles)

  test('show files as they are, word for word', () => {
    const differing = shown.filter(({ file, text }) => page(file).text !== text)
    expect(differing.map(({ page: where, file }) => `${where}: ${file}`)).toEqual([])
  })

  test('show every snippet that is kept for them', () => {
    const files = shown.map(({ file }) => file)
    expect(filesBelow('packages/testing/test/docs/snippets').filter((file) => !files.includes(file))).toEqual([])
  })

  test('point to pages and headings that are there', () => {
    const broken = allPages().flatMap((each) =>
      linksOf(each)
        .filter(({ target, anchor }) => {
          if (!existsSync(join(cloneFolder, target))) return true
          return anchor !== '' && !anchorsOf(page(target)).includes(anchor)
        })
        .map(({ target, anchor }) => `${each.file}: ${target}#${anchor}`),
    )
    expect(broken).toEqual([])
  })

  test('are all reached from the README', () => {
    const reached = new Set(['README.md'])
    for (const file of reached) {
      for (const { target } of linksOf(page(file))) if (target.endsWith('.md')) reached.add(target)
    }
    const missed = allPages().map(({ file }) => file)
    expect(missed.filter((file) => !reached.has(file))).toEqual([])
  })
})

describe('the picture of the flow', () => {
  const picture = /```mermaid\n([\s\S]*?)```/.exec(page('README.md').text)?.[1] ?? ''
  const nodes = new Map(
    Array.from(picture.matchAll(/(\w+)\[\(?([\w.-]+)(?:<br>\w+)?\)?\]/g), ([, id = '', label = '']) => [id, label]),
  )
  const nameOf = (id: string): string => nodes.get(id) ?? id
  const drawn = Array.from(
    picture.matchAll(/^ *(\w+)\S* -->(?: *)(\w+)/gm),
    ([, from = '', to = '']) => `${nameOf(from)} -> ${nameOf(to)}`,
  )

  test.each(['wage-compensation', 'career-guidance', 'social-assistance', 'layoff-notices', 'organisation-register'])(
    'shows exactly what %s reads and publishes',
    (service) => {
      const arrows = drawn.filter((arrow) => arrow.split(' -> ').includes(service))
      expect(new Set(arrows)).toEqual(new Set(arrowsOf(service)))
    },
  )
})

/** What a service's definition reads and publishes, as arrows between streams and the service. */
function arrowsOf(service: string): readonly string[] {
  const { text } = page(`services/${service}/src/service.ts`)
  const publishes = /publishes: \[([^\]]*)\]/.exec(text)?.[1] ?? ''
  return [
    ...Array.from(text.matchAll(/^ +on\(\s*(\w+),/gm), ([, contract = '']) => `${streamOf(contract)} -> ${service}`),
    ...Array.from(publishes.matchAll(/\w+/g), ([contract]) => `${service} -> ${streamOf(contract)}`),
  ]
}

function streamOf(contract: string): string {
  const found: unknown = (schemas as Readonly<Record<string, unknown>>)[contract]
  if (typeof found !== 'function' || !('stream' in found)) throw new Error(`${contract} is no contract`)
  return (found as unknown as { readonly stream: { readonly name: string } }).stream.name
}
