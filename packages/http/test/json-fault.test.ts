import { describe, expect, it } from 'vitest'
import { findJsonFault } from '../src/json-fault.ts'

describe('the first fault of a JSON text', () => {
  it.each([
    ['', 1, 1, 'the text ends where a value is expected'],
    ['{"a": 1,}', 1, 9, 'a name in double quotes is expected'],
    ['{"a" 1}', 1, 6, 'a colon is expected'],
    ["{'a': 1}", 1, 2, 'a name in double quotes is expected'],
    ['[1 2]', 1, 4, 'a comma or ] is expected'],
    ['{"a": 1}\n}', 2, 1, 'the end of the text is expected'],
    ['{"a": NaN}', 1, 7, 'a value is expected'],
    ['["open', 1, 7, 'the text ends where the closing quote of a string is expected'],
    ['["line\nbreak"]', 1, 7, 'the closing quote of a string is expected'],
    ['["\\x41"]', 1, 3, 'a valid escape is expected'],
    ['[01]', 1, 3, 'a comma or ] is expected'],
    ['{"a": [1, {"b": tru}]}', 1, 17, 'a value is expected'],
  ])('of %j is at line %i, column %i', (text, line, column, expected) => {
    expect(findJsonFault(text)).toEqual({ line, column, expected })
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
  })

  it.each(['{}', '[]', ' [1, -2.5e+3, "å\\u00e5\\n", true, null, {"a": {}}] ', '"text"'])('of %j is none', (text) => {
    expect(findJsonFault(text)).toBeUndefined()
    expect(() => JSON.parse(text)).not.toThrow()
  })

  it('is found in a string of ten million characters', () => {
    expect(findJsonFault(`["${'x'.repeat(10_000_000)}`)?.column).toBe(10_000_003)
  })
})
