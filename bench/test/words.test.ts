import { expect, test } from 'vitest'
import { loadBench } from '../harness/bench-files.ts'
import { onlyThese } from '../harness/measure.ts'
import { readWords } from '../harness/words.ts'

test('a benchmark has five rounds, all its contenders, and nothing that takes long, unless told otherwise', () => {
  expect(readWords(['publish'])).toEqual({
    names: ['publish'],
    options: { rounds: 5, json: false, long: false, only: undefined, profiles: undefined },
  })
  expect(readWords(['all', '--json', '--rounds', '7'])).toMatchObject({ options: { rounds: 7, json: true } })
  expect(readWords(['all'])?.names).toContain('surge')
})

test.each([['--help'], ['-h'], ['publish', '--help']])('%s asks for help, and for nothing else', (...words) => {
  expect(readWords(words)).toBeUndefined()
})

test.each([
  { words: [], says: 'say which benchmark' },
  { words: ['publish', 'outbox'], says: 'leave outbox out' },
  { words: ['publish', '--rounds', '0'], says: '--rounds is no whole number' },
  { words: ['publish', '--rounds', '1.5'], says: '--rounds is no whole number' },
  { words: ['publish', '--rounds', ''], says: '--rounds is no whole number' },
  { words: ['all', '--only', 'hub'], says: 'say which one, instead of all' },
  { words: ['publish', '--fast'], says: "Unknown option '--fast'" },
])('$words is answered with what is wrong, and how it is written', ({ words, says }) => {
  expect(() => readWords(words)).toThrow(says)
  expect(() => readWords(words)).toThrow('<name>|all [--json]')
})

test('an unknown contender is answered with those there are, before anything is started', async () => {
  const publish = await loadBench('publish')
  const [known = ''] = publish.contenders.map(({ key }) => key)
  expect(onlyThese(publish, [known]).contenders).toHaveLength(1)
  expect(() => onlyThese(publish, [known, 'fast'])).toThrow(`no contender "fast". It has: ${known}`)
})
