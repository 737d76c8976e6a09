import { describe, expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { apiKeys } from './request-head.ts'

const wrong = { kind: 'answer-lost' } as const

describe('a fault', () => {
  test('hits only the requests that it is meant for, and only so often', () => {
    const faults = new Faults()
    const partition = { topic: 'nav.layoffs', partition: 1 }
    const fault = { apiKey: apiKeys.produce, partition, wrong, times: 2 }
    faults.add(fault)
    const other = { ...partition, partition: 0 }
    expect(faults.next(apiKeys.fetch)).toEqual([])
    expect(faults.next(apiKeys.produce, [other])).toEqual([])
    expect(faults.next(apiKeys.produce, [other, partition])).toEqual([fault])
    expect(faults.next(apiKeys.produce, [partition])).toEqual([fault])
    expect(faults.next(apiKeys.produce, [partition])).toEqual([])
    expect(faults.done).toHaveLength(2)
  })

  test('for each of two partitions hits one request for both', () => {
    const faults = new Faults()
    const two = [0, 1].map((partition) => ({ topic: 'nav.layoffs', partition }))
    const both = two.map((partition) => ({ apiKey: apiKeys.produce, partition, wrong }))
    for (const fault of [...both, ...both]) faults.add(fault)
    expect(faults.next(apiKeys.produce, two)).toEqual(both)
    expect(faults.next(apiKeys.produce, two)).toEqual(both)
    expect(faults.next(apiKeys.produce, two)).toEqual([])
  })

  test('for any partition hits one request', () => {
    const faults = new Faults()
    faults.add({ apiKey: apiKeys.produce, wrong })
    const two = [0, 1].map((partition) => ({ topic: 'nav.layoffs', partition }))
    expect(faults.next(apiKeys.produce, two)).toHaveLength(1)
    expect(faults.next(apiKeys.produce, two)).toEqual([])
  })
})
