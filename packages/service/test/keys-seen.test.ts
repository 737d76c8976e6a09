import { describe, expect, test } from 'vitest'
import { KeysSeen } from '../src/reading/keys-seen.ts'

describe('the keys of a stream', () => {
  test('are fine while each subject keeps its own', () => {
    const keys = new KeysSeen()
    expect(keys.isSecondKey('nav.layoffs', 'person:1', 'a')).toBe(false)
    expect(keys.isSecondKey('nav.layoffs', 'person:1', 'a')).toBe(false)
    expect(keys.isSecondKey('nav.layoffs', 'person:2', 'b')).toBe(false)
    expect(keys.isSecondKey('nav.benefits', 'person:1', 'c')).toBe(false)
  })

  test('are reported where a subject comes under another one', () => {
    const keys = new KeysSeen()
    keys.isSecondKey('nav.layoffs', 'person:1', 'a')
    expect(keys.isSecondKey('nav.layoffs', 'person:1', 'b')).toBe(true)
  })

  test('are forgotten beyond the limit, oldest first', () => {
    const keys = new KeysSeen(4)
    for (const number of [1, 2, 3, 4, 5]) keys.isSecondKey('nav.layoffs', `person:${number}`, 'a')
    expect(keys.isSecondKey('nav.layoffs', 'person:1', 'b')).toBe(false)
    expect(keys.isSecondKey('nav.layoffs', 'person:5', 'b')).toBe(true)
  })

  test('are known of at least half as many subjects as the limit says, however many have come', () => {
    for (const many of [50, 99, 100, 101, 149, 1_000]) {
      const keys = new KeysSeen(100)
      for (let number = 1; number <= many; number += 1) keys.isSecondKey('nav.layoffs', `person:${number}`, 'a')
      expect(keys.isSecondKey('nav.layoffs', `person:${many - 49}`, 'b')).toBe(true)
    }
  })
})
