import { createCodecs, frame } from '@samspill/avro'
import { describe, expect, test } from 'vitest'
import { contractOf, layoff, layoffRegistered } from './contracts.ts'

const codecs = createCodecs()
const codec = codecs.of(layoffRegistered)
const json = codec.toJson(layoff) as Readonly<Record<string, unknown>>

/** What the two steps make of it: the reference for the one pass. */
function inTwoSteps(value: unknown): Buffer | undefined {
  const read = codec.fromJson(value)
  return 'problems' in read ? undefined : codec.encodeFramed(7, read.data)
}

const oddities: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  'ø',
  'å'.repeat(70),
  '\ud800',
  'a\u0000b',
  0,
  -0,
  -1,
  1.5,
  63,
  64,
  -64,
  -65,
  2 ** 30,
  -(2 ** 30),
  2 ** 31,
  2 ** 40,
  -(2 ** 45),
  2 ** 52,
  2 ** 53,
  Number.POSITIVE_INFINITY,
  '2020-02-29',
  '1969-12-31',
  '0000-01-01',
  '9999-12-31',
  '2020-03-20T08:30:00.123Z',
  '1066-03-20T08:30:00+05:00',
  '0.00',
  '-0.00',
  '-1.28',
  '999.99',
  '1000',
  '00',
  '1.',
  '17912099997',
  '17912099998',
  '974760673',
  'COVID_19',
  'toString',
  'dmFyc2Vs',
  'dmFyc2Vs=',
  [],
  {},
  [{ from: '2020-03-20', days: 18 }],
  Array.from({ length: 300 }, () => ({ from: '2020-03-20', days: -300 })),
  Array.from({ length: 3_000 }, () => ({ from: '2020-03-20', days: 1 })),
  { march: 1, april: 2 ** 33 },
  { '\ud800': 1 },
  JSON.parse('{"__proto__": 1}'),
  { organisationNumber: '974760673' },
  { organisationNumber: '974760673', name: 'x'.repeat(200) },
  { organisationNumber: '974760673', name: null, city: 'Bergen' },
]

describe('JSON that is checked and written in one pass', () => {
  test('gives the bytes of the two steps, and nothing where they refuse, whatever stands in whatever field', () => {
    const differing: unknown[] = []
    let accepted = 0
    for (const name of [...Object.keys(json), 'nothing']) {
      for (const [number, oddity] of oddities.entries()) {
        const changed = { ...json, [name]: oddity }
        const expected = inTwoSteps(changed)
        const found = codec.encodeFramedJson(7, changed)
        if (found !== undefined) accepted++
        const same = found === undefined ? expected === undefined || tooLarge(oddity) : expected?.equals(found)
        if (same !== true) differing.push([name, number])
      }
    }
    expect(differing).toEqual([])
    expect(accepted).toBeGreaterThan(40)
  })

  test('takes defaults, and null for what may be left out', () => {
    const { to: _to, attachment: _attachment, periods: _periods, amounts: _amounts, ...rest } = json
    expect(codec.encodeFramedJson(7, rest)?.equals(inTwoSteps(rest) as Buffer)).toBe(true)
  })

  test('takes no field from a prototype, and refuses what is no object', () => {
    for (const value of [Object.create(json), null, 'text', 7, [], undefined]) {
      expect(codec.encodeFramedJson(7, value)).toBeUndefined()
    }
  })

  test('leaves to the other way what is too large for a slab, and goes on', () => {
    for (let number = 0; number < 100; number += 1) {
      const large = { ...json, employer: { organisationNumber: '974760673', name: 'ø'.repeat(number * 60) } }
      const found = codec.encodeFramedJson(7, large)
      if (found !== undefined) expect(found.equals(inTwoSteps(large) as Buffer)).toBe(true)
    }
  })

  test('does not exist for schemas that hold themselves, or lists of nothing', () => {
    const link = { type: 'record', name: 'Link', fields: [{ name: 'next', type: ['null', 'nav.layoffs.Link'] }] }
    for (const contract of [
      contractOf(['null', link], 'Linked'),
      contractOf({ type: 'array', items: 'null' }, 'Nulls'),
    ]) {
      expect(codecs.of(contract).encodeFramedJson(7, { value: null })).toBeUndefined()
      expect(codecs.of(contract).encodeFramedJson(7, { value: [] })).toBeUndefined()
    }
  })
})

describe('Avro that is checked as bytes', () => {
  const check = codec.bytesCheck('person')
  const body = codec.encode(layoff)

  /** What decoding and the rules of JSON make of it: the reference for the check. */
  function isFine(bytes: Buffer): boolean {
    try {
      return !('problems' in codec.fromJson(codec.toJson(codec.type.fromBuffer(bytes) as typeof layoff)))
    } catch {
      return false
    }
  }

  test('gives back who the event is about', () => {
    expect(check(body)).toBe('17912099997')
    expect(check(codec.encode({ ...layoff, employer: { organisationNumber: '974760673', name: 'Blåbær' } }))).toBe(
      '17912099997',
    )
  })

  test('is never taken where decoding would refuse it, whichever byte is another', () => {
    let taken = 0
    const wrong: string[] = []
    for (let at = 0; at < body.length; at += 1) {
      for (let byte = 0; byte < 256; byte += 1) {
        const changed = Buffer.from(body)
        changed[at] = byte
        const found = check(changed)
        if (found === undefined) continue
        taken += 1
        if (!isFine(changed)) wrong.push(`${at}: ${byte}`)
      }
    }
    expect(wrong).toEqual([])
    expect(taken).toBeGreaterThan(body.length)
  })

  test.each([
    ['truncated', body.subarray(0, -1)],
    ['followed by more', Buffer.concat([body, Buffer.of(0)])],
    ['empty', Buffer.alloc(0)],
    ['framed', frame(1, body)],
  ])('is not taken when it is %s', (_what, bytes) => {
    expect(check(bytes)).toBeUndefined()
  })

  test('is not taken with a text that holds U+0000, or half a character', () => {
    const long = codec.encode({ ...layoff, employer: { organisationNumber: '974760673', name: 'Blåbær AS' } })
    const at = long.indexOf(' AS')
    for (const byte of [0, 0x80, 0xed]) {
      const changed = Buffer.from(long)
      changed[at] = byte
      expect(check(changed)).toBeUndefined()
    }
  })
})

/** Lists beyond what the one pass takes are left to the two steps. */
function tooLarge(value: unknown): boolean {
  return Array.isArray(value) && value.length > 1_000
}
