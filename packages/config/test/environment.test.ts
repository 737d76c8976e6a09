import { describe, expect, test } from 'vitest'
import { choiceOr, numberOr, requiredText, textOr, urlOr } from '../src/index.ts'

describe("a service's own variables", () => {
  test('may be required, with a word on what they mean', () => {
    expect(requiredText({ REGISTER_URL: ' https://data.brreg.no ' }, 'REGISTER_URL', 'where')).toBe(
      'https://data.brreg.no',
    )
    expect(() => requiredText({}, 'MUNICIPALITY', 'which municipality the service works for')).toThrow(
      'MUNICIPALITY is not set. It says which municipality the service works for: set MUNICIPALITY and start again.',
    )
  })

  test('may be left out', () => {
    expect(textOr({}, 'COUNTY', '46')).toBe('46')
    expect(textOr({ COUNTY: '' }, 'COUNTY', undefined)).toBeUndefined()
    expect(numberOr({}, 'POLL_SECONDS', 30, { least: 1, most: 3600 })).toBe(30)
    expect(choiceOr({}, 'MODE', ['poll', 'push'], 'poll')).toBe('poll')
    expect(urlOr({}, 'REGISTER', ['https:'], 'https://data.brreg.no')).toBe('https://data.brreg.no')
  })

  test.each(['0', '3601', '1.5', '1e3', '0x10', 'ten', '9'.repeat(20)])(
    'of whole numbers refuse %s where 1 to 3600 is asked for',
    (text) => {
      expect(() => numberOr({ POLL_SECONDS: text }, 'POLL_SECONDS', 30, { least: 1, most: 3600 })).toThrow(
        'POLL_SECONDS is not a whole number from 1 to 3600: write one, or leave POLL_SECONDS out to get 30.',
      )
    },
  )

  test('of choices refuse what is none of them', () => {
    expect(() => choiceOr({ MODE: 'pull' }, 'MODE', ['poll', 'push'], 'poll')).toThrow(
      'MODE is none of poll, push: write one of them, or leave MODE out to get poll.',
    )
  })
})
