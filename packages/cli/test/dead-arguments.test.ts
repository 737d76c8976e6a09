import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { nearest } from '../src/operators/nearest.ts'
import { ageText, momentOf } from '../src/operators/moment.ts'
import { requireKnown } from '../src/operators/service-schemas.ts'
import { letterId, selectionOf } from '../src/dead/selection.ts'
import { createProgram } from '../src/program.ts'
import { fakeTerminal } from './fake-terminal.ts'

async function run(...words: readonly string[]): Promise<{ readonly text: string; readonly error: unknown }> {
  const terminal = fakeTerminal()
  const error = await createProgram(terminal, () => undefined)
    .parseAsync(['node', 'samspill', ...words])
    .then(() => undefined)
    .catch((thrown: unknown) => thrown)
  return { text: [...terminal.printed, ...terminal.noted].join('\n'), error }
}

describe('a command about dead letters that is written wrongly', () => {
  test.each([
    { words: ['dead', 'lst'], says: 'Did you mean list?' },
    { words: ['dead', 'redrive'], says: "missing required argument 'service'" },
    { words: ['dead', 'redrive', 'wage-compensation'], says: 'say why with --reason' },
    { words: ['dead', 'redrive', 'wage-compensation', '--reason', '  '], says: 'say why with --reason' },
    { words: ['dead', 'redrive', 'wage-compensation', '--rate', 'fast'], says: 'e.g. 5, 5/s or 0.5' },
    { words: ['dead', 'redrive', 'wage-compensation', '--rate', '1e-300'], says: 'a number from 0.001' },
    { words: ['dead', 'redrive', 'wage-compensation', 'outbox-3', '--dry-run'], says: 'cannot be tried dry' },
    { words: ['dead', 'show', 'wage-compensation', '17', '--reveal'], says: 'say why with --reason' },
    { words: ['dead', 'show', 'wage-compensation', 'seventeen'], says: 'e.g. 17 or outbox-17' },
    { words: ['dead', 'discard', 'wage-compensation', '--reason', 'a test'], says: 'or --all for every one' },
    { words: ['dead', 'discard', 'wage-compensation', '17'], says: 'say why with --reason' },
    { words: ['dead', 'list', '--from', 'yesterday'], says: 'how long ago, e.g. 30m, 2h, 7d' },
    { words: ['dead', 'list', '--from', '1h', '--to', '2h'], says: 'write the earlier moment as --from' },
    { words: ['dead', 'list', '--stream', ' '], says: 'or leave the option out' },
    { words: ['dead', 'discard', 'ingress', '--code', '', '--reason', 'a test'], says: 'or leave the option out' },
    { words: ['dead', 'list', '--cod', 'handler-failed'], says: 'Did you mean --code?' },
    ...['kari 01810050091 asked', 'kari, 018100 50091'].map((reason) => ({
      words: ['dead', 'redrive', 'wage-compensation', '--reason', reason],
      says: 'eleven-digit number',
    })),
    { words: ['dead', 'redrive', 'wage-compensation', '--reason', 'mended\nin 1.4.2'], says: 'on one line' },
  ])('$words is met with the way out', async ({ words, says }) => {
    const { text, error } = await run(...words)
    expect(error).toBeInstanceOf(CommanderError)
    expect(text).toContain(says)
    expect(text).not.toMatch(/018100 ?50091/)
  })

  test('for a service that is not there names the one that was meant, or those that are', () => {
    const known = ['career-guidance', 'social-assistance', 'wage-compensation']
    expect(() => requireKnown('wage-compensaton', known)).toThrow('did you mean wage-compensation?')
    expect(() => requireKnown('ingress', known)).toThrow('there are career-guidance, social-assistance')
    expect(() => requireKnown('ingress', [])).toThrow('none has started in this stack yet')
    expect(() => requireKnown('career-guidance', known)).not.toThrow()
  })
})

describe('which dead letters are meant', () => {
  test('is said by ids as the list shows them', () => {
    expect(letterId('17')).toEqual({ kind: 'parked', id: 17 })
    expect(letterId('outbox-4')).toEqual({ kind: 'outbox', id: 4 })
    for (const wrong of ['0', '-1', '017', '1.5', 'outbox-', '99999999999999999'])
      expect(() => letterId(wrong)).toThrow('as `samspill dead list` shows it')
  })

  test('is all of them where nothing is said, and only the named ones where ids are', () => {
    expect(selectionOf([], {})).toEqual({ filter: {}, outboxIds: [], all: true })
    expect(selectionOf([], { code: 'id-reused' })).toMatchObject({ filter: { code: 'id-reused' }, all: false })
    expect(selectionOf([letterId('outbox-4')], {})).toEqual({ filter: { ids: [] }, outboxIds: [4], all: false })
    expect(selectionOf([letterId('17'), letterId('outbox-4')], {})).toMatchObject({
      filter: { ids: [17] },
      outboxIds: [4],
    })
  })
})

describe('a moment', () => {
  const now = Date.parse('2020-03-20T12:00:00Z')

  test.each([
    ['2h', '2020-03-20T10:00:00Z'],
    ['30m', '2020-03-20T11:30:00Z'],
    ['7d', '2020-03-13T12:00:00Z'],
    ['45s', '2020-03-20T11:59:15Z'],
    ['2020-03-20T09:00:00+01:00', '2020-03-20T08:00:00Z'],
    ['2020-03-20', '2020-03-20T00:00:00Z'],
    ['2020-02-29T23:59:59.5Z', '2020-02-29T23:59:59.500Z'],
  ])('may be %s', (text, expected) => {
    expect(momentOf(text, now)).toEqual(new Date(expected))
  })

  test.each([
    ...['', '2', 'h', '2 hours', '2020-13-40', '20.03.2020'],
    ...['2020-02-31', '2019-02-29T10:00:00Z', '2020-03-20 or so', '2020-03-20T25:00:00Z'],
    ...['1969-12-31', '0000-01-01', '40000d', '99999999999999d'],
  ])('may not be %j', (text) => {
    expect(() => momentOf(text, now)).toThrow('or how long ago')
  })

  test.each([
    [5, '5 s'],
    [600, '10 min'],
    [7_200, '2 h'],
    [40 * 3_600, '40 h'],
    [5 * 86_400, '5 days'],
  ])('%i seconds ago is told as %s', (seconds, text) => {
    expect(ageText(new Date(now - seconds * 1_000), now)).toBe(text)
  })
})

test('a word that is nearly another is taken for it, and a far one for none', () => {
  const services = ['wage-compensation', 'career-guidance', 'ingress']
  expect(nearest('wage-compensation', services)).toBe('wage-compensation')
  expect(nearest('carer-guidence', services)).toBe('career-guidance')
  expect(nearest('ingres', services)).toBe('ingress')
  expect(nearest('egress-proxy', services)).toBeUndefined()
})
