import { describe, expect, test } from 'vitest'
import { factors, fingerprint, FingerprintTable } from '../src/reading/fingerprints.ts'

describe('a fingerprint', () => {
  test('is of the text and the factor alone, and never 0', () => {
    const [one, other] = factors
    expect(fingerprint('person:1', one)).toBe(fingerprint('person:1', one))
    expect(fingerprint('person:1', one)).not.toBe(fingerprint('person:1', other))
    expect(fingerprint('', one)).not.toBe(0)
  })

  test('of subjects that differ in little is of as good as all of them another one', () => {
    const subjects = Array.from({ length: 100_000 }, (_, number) => `person:${10_000_000_000 + number}`)
    for (const factor of factors) {
      const different = new Set(subjects.map((subject) => fingerprint(subject, factor)))
      expect(different.size).toBeGreaterThan(99_980)
    }
  })

  test('by one factor says nothing of the one by another', () => {
    const met = new Map<number, string>()
    const alike: [string, string][] = []
    const [one, other] = factors
    for (let number = 0; number < 300_000; number += 1) {
      const text = `person:${10_000_000_000 + number * 7}`
      const earlier = met.get(fingerprint(text, one))
      if (earlier === undefined) met.set(fingerprint(text, one), text)
      else alike.push([earlier, text])
    }
    for (const [earlier, text] of alike) expect(fingerprint(earlier, other)).not.toBe(fingerprint(text, other))
  })
})

describe('a table of fingerprints', () => {
  test('holds as many as it was made for, each with its own value, also where they want one place', () => {
    const table = new FingerprintTable(100)
    for (let number = 1; number <= 100; number += 1) table.set(7, number, number * 2)
    expect(table.size).toBe(100)
    for (let number = 1; number <= 100; number += 1) expect(table.get(7, number)).toBe(number * 2)
    expect(table.get(7, 101)).toBe(0)
    expect(table.get(8, 1)).toBe(0)
  })

  test('gives a text another value without growing, and forgets all at once', () => {
    const table = new FingerprintTable(2)
    table.set(1, 1, 5)
    table.set(1, 1, 6)
    expect([table.size, table.get(1, 1)]).toEqual([1, 6])
    table.clear()
    expect([table.size, table.get(1, 1)]).toEqual([0, 0])
  })
})
