import { describe, expect, test } from 'vitest'
import { HubError } from '@samspill/contracts'
import { BoundedMap } from '../src/bounded-map.ts'
import { Lookups } from '../src/lookups.ts'

describe('what is remembered of ids that come from outside', () => {
  test('is bounded: the oldest goes when one more comes', () => {
    const map = new BoundedMap<number, string>(2)
    for (const id of [1, 2, 3]) map.set(id, `schema ${id}`)
    expect(map.size).toBe(2)
    expect(map.get(1)).toBeUndefined()
    expect(map.get(3)).toBe('schema 3')
  })

  test('lets an unknown id be asked for again after a moment, and not before', async () => {
    let now = 0
    let asked = 0
    const lookups = new Lookups<number, string>(() => now)
    const look = (): Promise<string> => {
      asked += 1
      return Promise.reject(new HubError('schema-unknown', 'the registry knows no schema 7'))
    }
    await expect(lookups.once(7, look)).rejects.toThrow('the registry knows no schema 7')
    await expect(lookups.once(7, look)).rejects.toThrow('the registry knows no schema 7')
    expect(asked).toBe(1)
    now = 3_001
    await expect(lookups.once(7, look)).rejects.toThrow('the registry knows no schema 7')
    expect(asked).toBe(2)
  })
})
