import { expect, test } from 'vitest'
import { withoutControls } from '../src/terminal.ts'

test('what comes from outside commands no terminal, and lines and colours stay', () => {
  expect(withoutControls('id\u001B[2J\u001B]0;title\u0007\u009b31m')).toBe(
    'id\\u001b[2J\\u001b]0;title\\u0007\\u009b31m',
  )
  expect(withoutControls('\u001B[31mbad\u001B[39m\n\tnext')).toBe('\u001B[31mbad\u001B[39m\n\tnext')
})

test('JSON says the same afterwards', () => {
  const text = JSON.stringify({ id: 'a\u0000\u007f\u009b' })
  expect(JSON.parse(withoutControls(text))).toEqual({ id: 'a\u0000\u007f\u009b' })
})
