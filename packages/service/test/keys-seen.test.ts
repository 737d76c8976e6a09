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
    const keys = new KeysSeen(2)
    for (const subject of ['person:1', 'person:2', 'person:3']) keys.isSecondKey('nav.layoffs', subject, 'a')
    expect(keys.isSecondKey('nav.layoffs', 'person:1', 'b')).toBe(false)
    expect(keys.isSecondKey('nav.layoffs', 'person:3', 'b')).toBe(true)
  })
})
