import { describe, expect, test } from 'vitest'
import { defineBench, type Contender } from '../harness/bench.ts'
import { lineOf, resultOf } from '../harness/bench-result.ts'
import { runBench } from '../harness/run-bench.ts'

const stage = { stack: 'bench-1', environment: {}, parts: [], prepared: undefined }
const contender = (key: string, rest: Partial<Contender> = {}): Contender => ({
  key,
  what: `the ${key} one`,
  unit: 'events/s',
  run: () => Promise.reject(new Error('the test measures instead')),
  ...rest,
})
const machine = {
  cpu: 'a processor',
  cores: 2,
  memoryGigabytes: 24,
  system: 'linux x64',
  node: '24.21.0',
  kafka: '4.3.1',
  postgres: '18.4',
  brokers: 1,
  commit: 'abc1234',
}

describe('a run', () => {
  test('has every contender once in each round, another one first each time', async () => {
    // Given
    const bench = defineBench({
      name: 'publish',
      what: 'test',
      goals: [],
      contenders: [
        contender('hub', { also: { p99: { what: 'p99', unit: 'ms' } } }),
        contender('naive', { slow: true }),
        contender('four-million', { long: true }),
        contender('single', { once: true }),
      ],
    })
    const ran: [string, number, number][] = []
    // When
    const figures = await runBench(bench, stage, {
      rounds: 3,
      long: false,
      onProgress: () => undefined,
      runRound: ({ key }, round) => {
        ran.push([key, round.number, round.seconds])
        return Promise.resolve({ value: round.number * 10, also: { p99: round.number } })
      },
    })
    // Then
    expect(ran.map(([key]) => key)).toEqual(['hub', 'naive', 'single', 'naive', 'hub', 'hub', 'naive'])
    expect(ran.find(([key]) => key === 'naive')?.[2]).toBe(10)
    expect(figures).toEqual(
      new Map([
        ['hub', [10, 20, 30]],
        ['hub.p99', [1, 2, 3]],
        ['naive', [10, 20, 30]],
        ['single', [10]],
      ]),
    )
  })

  test('ends where a round gives no figure', async () => {
    const bench = defineBench({ name: 'publish', what: 'test', goals: [], contenders: [contender('hub')] })
    const run = runBench(bench, stage, {
      rounds: 1,
      long: false,
      onProgress: () => undefined,
      runRound: () => Promise.resolve({ value: Number.NaN }),
    })
    await expect(run).rejects.toThrow('no figure "hub"')
  })

  test('is told as one line of JSON', () => {
    // Given
    const bench = defineBench({
      name: 'publish',
      what: 'One event per call',
      contenders: [
        contender('hub', { against: 'bare', also: { p99: { what: 'p99', unit: 'ms' } } }),
        contender('bare'),
        contender('late', { long: true }),
      ],
      goals: [
        { goal: 'at least 0.8 × bare', of: 'hub', against: 'bare', least: 0.8 },
        { goal: 'flat', of: 'late', most: 1 },
      ],
    })
    const figures = new Map([
      ['hub', [90, 95]],
      ['hub.p99', [4, 6]],
      ['bare', [100, 100]],
    ])
    // When
    const result = resultOf(bench, figures, { at: '2026-11-22T01:00:00Z', machine, rounds: 2, long: false })
    // Then
    expect(JSON.parse(JSON.stringify(lineOf(result)))).toEqual({
      bench: 'publish',
      rows: [
        {
          what: 'the hub one',
          median: 92.5,
          spread: expect.closeTo(5 / 92.5),
          unit: 'events/s',
          ratio: expect.closeTo(0.925, 3),
        },
        { what: 'the hub one: p99', median: 5, spread: 0.4, unit: 'ms', ratio: null },
        { what: 'the bare one', median: 100, spread: 0, unit: 'events/s', ratio: null },
      ],
      goals: [{ goal: 'at least 0.8 × bare', value: expect.closeTo(0.925, 3), met: false }],
    })
    expect(result.notMeasured).toEqual(['flat'])
  })

  test('is refused for a goal of a figure that nobody gives, and for two figures of one name', () => {
    const rest = { name: 'publish', what: 'test' }
    const goals = [{ goal: 'fast', of: 'hub.p50', most: 3 }]
    expect(() => defineBench({ ...rest, goals, contenders: [contender('hub')] })).toThrow('no figure "hub.p50"')
    expect(() => defineBench({ ...rest, goals: [], contenders: [contender('hub'), contender('hub')] })).toThrow('two')
  })
})
