import { describe, expect, it } from 'vitest'
import { parameterOf } from '../../src/wire/parameter.ts'

describe('a value on its way to PostgreSQL', () => {
  it.each<[unknown, string | null]>([
    ['Kari', 'Kari'],
    [18, '18'],
    [-0.5, '-0.5'],
    [9_007_199_254_740_993n, '9007199254740993'],
    [true, 'true'],
    [null, null],
    [undefined, null],
    [{ days: 18 }, '{"days":18}'],
    [['a', null, 'say "hi" \\'], '{"a",NULL,"say \\"hi\\" \\\\"}'],
    [[[1], [2]], '{{"1"},{"2"}}'],
    [[Buffer.from([0, 255])], '{"\\\\x00ff"}'],
    [new Date('2020-03-20T08:30:00Z'), '2020-03-20T08:30:00.000Z'],
    [new Date('+012020-03-20T08:30:00Z'), '12020-03-20T08:30:00.000Z'],
    [new Date('-000043-03-15T12:00:00Z'), '0044-03-15T12:00:00.000Z BC'],
  ])('%o is sent as %o', (value, sent) => {
    expect(parameterOf(value)).toEqual(sent)
  })

  it('is bytes where it is bytes', () => {
    const bytes = Buffer.from([1, 2, 3])
    expect(parameterOf(bytes)).toBe(bytes)
    expect(parameterOf(new Uint8Array([1, 2, 3]))).toEqual(bytes)
  })

  it.each<unknown>([new Date(Number.NaN), Symbol('no value'), () => 1])(
    'is refused where nothing can be written: %o',
    (value) => {
      expect(() => parameterOf(value)).toThrow(Error)
    },
  )
})
