import { describe, expect, test } from 'vitest'
import { errorCodesInSource } from './error-codes.ts'
import { page } from './pages.ts'

describe('the catalogue of errors', () => {
  const listed = Array.from(page('docs/reference/errors.md').text.matchAll(/^\| `([a-z0-9-]+)`/gm), ([, code]) => code)
  const inSource = errorCodesInSource()

  test('has every code of the source', () => {
    const missing = Array.from(inSource).filter(([code]) => !listed.includes(code))
    expect(missing.map(([code, files]) => `${code} (${[...files].join(', ')})`)).toEqual([])
  })

  test('has no code that the source no longer knows', () => {
    expect(listed.filter((code) => code === undefined || !inSource.has(code))).toEqual([])
  })

  test('says each code once', () => {
    expect(listed.filter((code, index) => listed.indexOf(code) !== index)).toEqual([])
  })
})
