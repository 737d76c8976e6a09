import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { breaches } from '../conventions.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samspill-conventions-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function given(file: string, lines = 1): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), 'export {}\n'.repeat(lines))
}

describe('the conventions', () => {
  test.each(['packages/kafka/src/utils/murmur.ts', 'packages/kafka/src/helpers.ts', 'services/ingress/src/types.d.ts'])(
    'refuse %s, whose name says nothing',
    (file) => {
      given(file)
      expect(breaches(folder)).toEqual([expect.stringMatching(/is a drawer that fills with anything/)])
    },
  )

  test('refuse a file of 301 lines and take one of 300', () => {
    given('packages/kafka/src/lanes.ts', 301)
    given('packages/kafka/test/lanes.test.ts', 300)
    expect(breaches(folder)).toEqual([
      'packages/kafka/src/lanes.ts: 301 lines, 300 are the most. Find the second concept in it and give it a file.',
    ])
  })

  test('refuse a second door inside a package', () => {
    given('packages/kafka/src/index.ts')
    given('schemas/src/index.ts')
    given('packages/kafka/src/kafkajs/index.ts')
    expect(breaches(folder)).toEqual([
      expect.stringMatching(/^packages\/kafka\/src\/kafkajs\/index.ts: a package has one/),
    ])
  })

  test('look neither at what is installed nor at how long generated files are', () => {
    given('node_modules/express/lib/utils.js')
    given('schemas/src/nav/layoffs.ts', 500)
    expect(breaches(folder)).toEqual([])
  })
})
