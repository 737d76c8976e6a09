import { expect, test } from 'vitest'
import { tellLeftOut } from '../src/dead/left-out.ts'
import { letterId, selectionOf } from '../src/dead/selection.ts'
import { fakeTerminal } from './fake-terminal.ts'

const named = selectionOf(['17', '18', 'outbox-4'].map(letterId), {})

test('ids of which none is there are an error', () => {
  expect(() => tellLeftOut('wage-compensation', named, [], fakeTerminal())).toThrow(
    '17, 18, outbox-4: nothing of wage-compensation with these ids waits for a person (any more)',
  )
})

test('those that are not there are told beside what is done with the others', () => {
  const terminal = fakeTerminal()
  tellLeftOut('wage-compensation', named, ['17', 'outbox-4'], terminal)
  expect(terminal.noted).toEqual([expect.stringMatching(/^Left out: 18: nothing of wage-compensation with this id/)])
})

test('nothing is told where all are taken, or where filters alone say which', () => {
  const terminal = fakeTerminal()
  tellLeftOut('wage-compensation', named, ['17', '18', 'outbox-4'], terminal)
  tellLeftOut('wage-compensation', selectionOf([], { code: 'id-reused' }), [], terminal)
  expect(terminal.noted).toEqual([])
})
