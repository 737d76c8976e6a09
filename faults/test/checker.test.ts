import { describe, expect, test } from 'vitest'
import { checkHistory } from '../src/history/checker.ts'
import type { Counted, Expectations, HistoryLine } from '../src/history/history-lines.ts'
import type { Violation } from '../src/history/violation.ts'

const expected: Expectations = {
  readers: [
    { service: 'assessment', streams: ['nav.layoffs'] },
    { service: 'follow-up', streams: ['nav.decisions'] },
  ],
  outboxSources: ['/nav/case-system'],
  sources: { assessment: '/nav/assessment' },
  failsForEver: (service, id) => service === 'assessment' && id === 'layoff-ole-2',
}

const layoff = (subject: string, number: number): Counted => ({
  id: `layoff-${subject}-${number}`,
  source: '/nav/case-system',
  stream: 'nav.layoffs',
  series: 'nav.layoffs',
  subject,
  number,
})
const decision = (subject: string, number: number): Counted & { readonly cause: string } => ({
  id: `decision-${subject}-${number}`,
  source: '/nav/assessment',
  stream: 'nav.decisions',
  series: 'nav.layoffs',
  subject,
  number,
  cause: `layoff-${subject}-${number}`,
})

/** Two layoffs of Kari and three of Ole, with all that follows: every promise is kept. */
function wholeHistory(): HistoryLine[] {
  const layoffs = [layoff('kari', 1), layoff('ole', 1), layoff('kari', 2), layoff('ole', 2), layoff('ole', 3)]
  const decisions = [decision('kari', 1), decision('ole', 1), decision('kari', 2)]
  return [
    ...layoffs.flatMap((event, offset): HistoryLine[] => [
      { kind: 'written', ...event },
      { kind: 'acknowledged', ...event },
      { kind: 'logged', partition: 0, offset, ...event },
    ]),
    // Sent again after a lost acknowledgement: the log may hold an event twice.
    { kind: 'logged', partition: 0, offset: 9, ...layoff('kari', 1) },
    ...layoffs.slice(0, 3).map((event, order): HistoryLine => {
      return { kind: 'handled', service: 'assessment', order, returned: true, ...event }
    }),
    ...decisions.map((event, offset): HistoryLine => ({ kind: 'logged', partition: 1, offset, ...event })),
    ...decisions.map((event, order): HistoryLine => {
      return { kind: 'handled', service: 'follow-up', order, returned: false, ...event }
    }),
    { kind: 'parked', service: 'assessment', stream: 'nav.layoffs', id: 'layoff-kari-2' },
    { kind: 'parked', service: 'assessment', stream: 'nav.layoffs', id: 'layoff-ole-2' },
    { kind: 'parked', service: 'assessment', stream: 'nav.layoffs', id: 'layoff-ole-3' },
    left('layoff-ole-2', 'dead', 'permanent-failure'),
    left('layoff-ole-3', 'waiting', null),
  ]
}

function left(id: string, state: 'waiting' | 'retrying' | 'dead', code: string | null): HistoryLine {
  return { kind: 'left', service: 'assessment', stream: 'nav.layoffs', subject: 'ole', id, state, code }
}

function promisesBroken(lines: readonly HistoryLine[]): readonly Violation['promise'][] {
  return checkHistory(lines, expected).violations.map(({ promise }) => promise)
}

const isAbout = (line: HistoryLine, kind: HistoryLine['kind'], id: string): boolean =>
  line.kind === kind && 'id' in line && line.id === id

/** The history without the lines of a kind about an event. */
function without(kind: HistoryLine['kind'], id: string): HistoryLine[] {
  return wholeHistory().filter((line) => !isAbout(line, kind, id))
}

/** The history with the lines of a kind about an event changed. */
function changed(kind: HistoryLine['kind'], id: string, change: object): HistoryLine[] {
  return wholeHistory().map((line) => (isAbout(line, kind, id) ? ({ ...line, ...change } as HistoryLine) : line))
}

describe('the checker of histories', () => {
  test('finds nothing in a history that keeps every promise', () => {
    expect(checkHistory(wholeHistory(), expected)).toEqual({ acknowledged: 5, parked: 3, violations: [] })
  })

  test('finds an acknowledged event that is not in the log', () => {
    const lost: Counted = { ...layoff('kari', 3), source: '/nav/ingress', id: 'lost' }
    const { violations } = checkHistory([...wholeHistory(), { kind: 'acknowledged', ...lost }], expected)
    expect(violations).toEqual([
      { promise: 'missing', sentence: 'nav.layoffs kari number 3 (lost) was acknowledged and is not in the log' },
    ])
  })

  test('finds a committed event that was never sent, also where nobody was told of the commit', () => {
    expect(promisesBroken([...wholeHistory(), { kind: 'written', ...layoff('kari', 3) }])).toEqual(['missing'])
  })

  test('finds an event in the log whose transaction never committed', () => {
    const phantom: HistoryLine = { kind: 'logged', partition: 0, offset: 12, ...layoff('kari', 3) }
    const handled: HistoryLine = {
      kind: 'handled',
      service: 'assessment',
      order: 9,
      returned: false,
      ...layoff('kari', 3),
    }
    expect(promisesBroken([...wholeHistory(), phantom, handled])).toEqual(['uncommitted'])
  })

  test('finds an acknowledged event that only another stream holds', () => {
    const astray = changed('logged', 'layoff-ole-3', { stream: 'nav.absences' })
    expect(promisesBroken(astray)).toEqual(['missing', 'uncommitted'])
  })

  test.each(['logged', 'handled'] as const)('finds an event that is %s with what another event says', (kind) => {
    expect(promisesBroken(changed(kind, 'layoff-kari-2', { subject: 'siv' }))).toContain('altered')
    expect(promisesBroken(changed(kind, 'layoff-kari-2', { number: 7 }))).toContain('altered')
  })

  test('finds an answer to what was never handled, or to nothing', () => {
    const answered: HistoryLine[] = [
      { kind: 'logged', partition: 1, offset: 9, ...decision('ole', 2) },
      { kind: 'handled', service: 'follow-up', order: 9, returned: false, ...decision('ole', 2) },
    ]
    expect(promisesBroken([...wholeHistory(), ...answered])).toEqual(['uncommitted'])
    expect(promisesBroken(changed('logged', 'decision-kari-2', { cause: undefined }))).toContain('uncommitted')
  })

  test('finds an event that had its effect in two streams', () => {
    const copy = { ...layoff('kari', 1), stream: 'nav.absences' }
    const lines: HistoryLine[] = [
      ...wholeHistory(),
      { kind: 'logged', partition: 0, offset: 9, ...copy },
      { kind: 'written', ...copy },
      { kind: 'handled', service: 'assessment', order: 9, returned: true, ...copy },
    ]
    expect(promisesBroken(lines)).toEqual(['double-effect'])
  })

  test('finds an event that never took effect in one of the services that read it', () => {
    const readers = [...expected.readers, { service: 'statistics', streams: ['nav.decisions'] }]
    const counted = wholeHistory().flatMap((line): HistoryLine[] =>
      line.kind === 'handled' && line.service === 'follow-up' ? [{ ...line, service: 'statistics' }] : [],
    )
    const { violations } = checkHistory([...wholeHistory(), ...counted.slice(1)], { ...expected, readers })
    expect(violations).toMatchObject([{ promise: 'missing-effect', sentence: expect.stringContaining('statistics') }])
  })

  test('finds an effect that happened twice', () => {
    const again: HistoryLine = {
      kind: 'handled',
      service: 'follow-up',
      order: 9,
      returned: false,
      ...decision('kari', 1),
    }
    expect(promisesBroken([...wholeHistory(), again])).toEqual(['double-effect'])
  })

  test('finds an event that was never handled and is not parked', () => {
    expect(promisesBroken(without('handled', 'decision-kari-2'))).toEqual(['missing-effect'])
  })

  test('finds an effect of an event that is not in the log', () => {
    const stray: HistoryLine = {
      kind: 'handled',
      service: 'follow-up',
      order: 9,
      returned: false,
      ...decision('kari', 7),
    }
    expect(promisesBroken([...wholeHistory(), stray])).toEqual(['effect-from-nowhere'])
  })

  test('finds what was returned and never went out', () => {
    const lines = without('logged', 'decision-kari-2').filter((line) => !isAbout(line, 'handled', 'decision-kari-2'))
    expect(promisesBroken(lines)).toEqual(['return-missing'])
  })

  test('finds two different events that follow from one handling', () => {
    const second: Counted & { cause: string } = { ...decision('kari', 2), id: 'decision-kari-2-again', number: 3 }
    const lines: HistoryLine[] = [
      ...wholeHistory(),
      { kind: 'logged', partition: 1, offset: 9, ...second },
      { kind: 'handled', service: 'follow-up', order: 9, returned: false, ...second },
    ]
    expect(promisesBroken(lines)).toEqual(['double-return'])
  })

  test('finds a subject whose order is turned round in the log', () => {
    const lines = wholeHistory().map((line): HistoryLine => {
      if (line.kind !== 'logged' || line.subject !== 'kari' || line.stream !== 'nav.layoffs') return line
      return { ...line, offset: line.number === 1 ? line.offset + 20 : line.offset }
    })
    expect(promisesBroken(lines)).toEqual(['inversion'])
  })

  test('finds a subject whose order is turned round in a service', () => {
    expect(promisesBroken(changed('handled', 'layoff-kari-1', { order: 50 }))).toEqual(['inversion'])
  })

  test('finds a subject that is in two partitions, also where its numbers count up', () => {
    expect(promisesBroken(changed('logged', 'layoff-kari-2', { partition: 2 }))).toEqual(['inversion'])
  })

  test('finds an order that is turned round behind a duplicate, in the log and in a service', () => {
    const before = { partition: 0, offset: -1, ...layoff('kari', 2) }
    expect(promisesBroken([...wholeHistory(), { kind: 'logged', ...before }])).toEqual(['inversion'])
    const early = { service: 'assessment', order: -1, returned: true, ...layoff('kari', 2) }
    expect(promisesBroken([...wholeHistory(), { kind: 'handled', ...early }])).toEqual(['double-effect', 'inversion'])
  })

  test('finds an event that was handled while an earlier one of its subject is parked', () => {
    const third: HistoryLine = {
      kind: 'handled',
      service: 'assessment',
      order: 7,
      returned: false,
      ...layoff('ole', 3),
    }
    const lines = without('left', 'layoff-ole-3')
    expect(promisesBroken([...lines, third])).toEqual(['inversion'])
  })

  test('finds an effect of a handling that failed', () => {
    const second: HistoryLine = {
      kind: 'handled',
      service: 'assessment',
      order: 7,
      returned: false,
      ...layoff('ole', 2),
    }
    const third: HistoryLine = {
      kind: 'handled',
      service: 'assessment',
      order: 8,
      returned: false,
      ...layoff('ole', 3),
    }
    const lines = wholeHistory().filter(({ kind }) => kind !== 'left')
    expect(promisesBroken([...lines, second, third])).toEqual(['parked-unaccounted'])
  })

  test('finds a parked event that is gone without having been handled', () => {
    const lines = without('left', 'layoff-ole-3')
    expect(promisesBroken(lines)).toEqual(['missing-effect', 'parked-unaccounted'])
  })

  test.each([
    ['is dead though nothing should fail for ever', 'layoff-ole-3', { state: 'dead', code: 'permanent-failure' }],
    ['is dead for another reason than was meant', 'layoff-ole-2', { state: 'dead', code: 'decode-failed' }],
    ['is still to be tried again', 'layoff-ole-2', { state: 'retrying', code: 'handler-failed' }],
  ])('finds an event that %s', (_what, id, change) => {
    expect(promisesBroken(changed('left', id, change))).toEqual(['parked-unaccounted'])
  })

  test('finds an event that waits behind nobody', () => {
    const lines = without('left', 'layoff-ole-2')
    expect(promisesBroken(lines)).toEqual(['missing-effect', 'parked-unaccounted', 'parked-unaccounted'])
  })

  test('finds an event that is parked although it was handled', () => {
    const handled: HistoryLine = {
      kind: 'handled',
      service: 'assessment',
      order: 7,
      returned: false,
      ...layoff('ole', 3),
    }
    expect(promisesBroken([...wholeHistory(), handled])).toEqual(['inversion', 'parked-unaccounted'])
  })

  test('finds what had not come to its end', () => {
    const behind: HistoryLine = { kind: 'behind', what: 'the outbox of assessment holds 3 rows' }
    expect(promisesBroken([...wholeHistory(), behind])).toEqual(['behind'])
  })
})
