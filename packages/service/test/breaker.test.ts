import { describe, expect, test } from 'vitest'
import { Breaker, type Outcome } from '../src/parking/breaker.ts'

const monday = Date.parse('2026-11-16T08:00:00Z')

describe('the breaker of a stream', () => {
  test.each([
    { what: 'the latest ten subjects fail', outcomes: [...many('well', 90), ...many('ill', 10)], opens: true },
    { what: 'nine fail, and nothing else is known', outcomes: many('ill', 9), opens: false },
    {
      what: 'one subject fails again and again',
      outcomes: Array.from({ length: 500 }, () => failed('ill')),
      opens: false,
    },
    { what: 'most fail', outcomes: mixed(100, (index) => index % 5 < 3), opens: true },
    { what: 'four in ten fail', outcomes: mixed(500, (index) => index % 5 < 2), opens: false },
    { what: 'one in a hundred fails', outcomes: mixed(10_000, (index) => index % 100 === 0), opens: false },
  ])('$what: opens $opens', ({ outcomes, opens }) => {
    const breaker = new Breaker(() => 0.5)
    breaker.observe(outcomes, monday)
    expect(breaker.isOpen).toBe(opens)
  })

  test('opens when subjects that were well before fail one by one', () => {
    const breaker = new Breaker(() => 0.5)
    breaker.observe(many('subject', 100), monday)
    const opened = Array.from({ length: 20 }, (_, index) => breaker.observe([failed(`subject ${index}`)], monday))
    expect(opened.indexOf(true)).toBe(9)
    expect(opened.filter(Boolean)).toHaveLength(1)
  })

  test('is probed after growing pauses, never longer than half a minute', () => {
    const breaker = new Breaker(() => 1)
    breaker.open(monday)
    const pauses: number[] = []
    for (let now = monday, last = monday; pauses.length < 8; now += 100) {
      if (!breaker.takeProbe('partitions', now)) continue
      pauses.push(now - last)
      last = now
      breaker.probeFailed('partitions', now)
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  test('is probed by one partition and one lot of parked events at a time', () => {
    const breaker = new Breaker(() => 1)
    breaker.open(monday)
    const due = monday + 1_000
    expect(breaker.takeProbe('partitions', due)).toBe(true)
    expect(breaker.takeProbe('partitions', due)).toBe(false)
    expect(breaker.takeProbe('parked', due)).toBe(true)
    breaker.probeFailed('parked', due)
    expect(breaker.takeProbe('parked', due + 1_000)).toBe(false)
    breaker.giveBack('partitions')
    expect(breaker.takeProbe('partitions', due + 2_000)).toBe(true)
  })

  test.each([
    { asked: 120_000, left: 120_000, why: 'as long as the failures ask' },
    { asked: 86_400_000, left: 300_000, why: 'five minutes where they ask for a day: the others of the stream do not' },
  ])('is left alone for $why', ({ asked, left }) => {
    const breaker = new Breaker(() => 1)
    breaker.open(monday)
    expect(breaker.takeProbe('partitions', monday + 1_000)).toBe(true)
    breaker.probeFailed('partitions', monday + 1_000, asked)
    expect(breaker.isDue(monday + 999 + left)).toBe(false)
    expect(breaker.isDue(monday + 1_000 + left)).toBe(true)
  })

  test('begins anew when it closes', () => {
    const breaker = new Breaker(() => 0.5)
    breaker.observe(many('ill', 10), monday)
    breaker.close()
    expect(breaker.isOpen).toBe(false)
    expect(breaker.observe([failed('ill 11')], monday)).toBe(false)
  })
})

function failed(subject: string): Outcome {
  return { subject, failed: true }
}

function many(kind: 'ill' | 'well' | 'subject', count: number): Outcome[] {
  return Array.from({ length: count }, (_, index) => ({ subject: `${kind} ${index}`, failed: kind === 'ill' }))
}

function mixed(count: number, fails: (index: number) => boolean): Outcome[] {
  return Array.from({ length: count }, (_, index) => ({ subject: `subject ${index}`, failed: fails(index) }))
}
