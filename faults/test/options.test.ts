import { expect, test } from 'vitest'
import { readOptions } from '../src/options.ts'

test('one run of a new seed is made unless told otherwise', () => {
  expect(readOptions([])).toEqual({ runs: 1, seed: undefined, json: false, resume: false })
  expect(readOptions(['--runs', '14', '--seed', '0', '--json'])).toMatchObject({ runs: 14, seed: 0, json: true })
})

test.each([['--help'], ['-h'], ['--runs', '3', '--help']])('%s asks for help, and for nothing else', (...words) => {
  expect(readOptions(words)).toBeUndefined()
})

test.each([
  { words: ['--runs', '0'], says: '--runs is no whole number from 1 on' },
  { words: ['--runs', '1e3'], says: '--runs is no whole number from 1 on' },
  { words: ['--runs=-1'], says: '--runs is no whole number from 1 on' },
  { words: ['--seed', 'x'], says: '--seed is no whole number from 0 on' },
  { words: ['--seed', '4', '--resume'], says: 'leave --seed out' },
  { words: ['--fast'], says: "Unknown option '--fast'" },
  { words: ['14'], says: 'Unexpected argument' },
  { words: ['--fast'], says: 'npm run faults -- [--runs n]' },
])('$words is answered with what is wrong: $says', ({ words, says }) => {
  expect(() => readOptions(words)).toThrow(says)
})
