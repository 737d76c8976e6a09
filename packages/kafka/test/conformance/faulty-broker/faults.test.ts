import { describe, expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { apiKeys } from './request-head.ts'

const wrong = { kind: 'answer-lost' } as const

describe('a fault', () => {
  test('hits only the requests that it is meant for, and only so often', () => {
    const faults = new Faults()
    const partition = { topic: 'nav.layoffs', partition: 1 }
    faults.add({ apiKey: apiKeys.produce, partition, wrong, times: 2 })
    expect(faults.next(apiKeys.fetch)).toBeUndefined()
    expect(faults.next(apiKeys.produce, { ...partition, partition: 0 })).toBeUndefined()
    expect(faults.next(apiKeys.produce, partition)).toBe(wrong)
    expect(faults.next(apiKeys.produce, partition)).toBe(wrong)
    expect(faults.next(apiKeys.produce, partition)).toBeUndefined()
    expect(faults.done).toHaveLength(2)
  })
})
