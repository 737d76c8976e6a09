import { expect, test } from 'vitest'
import { holdsNationalNumber, withoutNationalNumbers } from '../src/index.ts'

// Tenor's synthetic numbers: 80 is added to the month.
test.each([
  { text: '/nav/aareg/23888212167', shown: '/nav/aareg/[number]' },
  { text: 'layoff-238882 12167-1', shown: 'layoff-[number]-1' },
  { text: 'x238882-12167x', shown: 'x[number]x' },
])('$text holds a national number, and is shown without it', ({ text, shown }) => {
  expect(withoutNationalNumbers(text)).toBe(shown)
  expect(holdsNationalNumber(text)).toBe(true)
})

test.each([
  { text: '23888212168', why: 'its check digits are wrong' },
  { text: '123888212167', why: 'it has twelve digits' },
  { text: '8c0e6f5e-2f4b-8a63-9d0c-238882121670', why: 'it is a UUID' },
  { text: 'ab23888212167cdef', why: 'it is an id of hexadecimal digits' },
  { text: 'layoff-1', why: 'it is too short' },
])('$text holds none: $why', ({ text }) => {
  expect(withoutNationalNumbers(text)).toBe(text)
  expect(holdsNationalNumber(text)).toBe(false)
})
