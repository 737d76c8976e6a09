import { HubError } from '@samspill/contracts'
import { expect, test, vi } from 'vitest'
import { measureEach } from '../harness/measure-each.ts'

const names = ['publish', 'outbox', 'handle']

test('a benchmark that fails keeps none of the others from being measured, and is named in the end', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const measured: string[] = []
  const measuring = measureEach(
    names,
    async (name) => {
      if (name === 'outbox') throw new HubError('stack-failed', 'PostgreSQL did not start')
      measured.push(name)
    },
    new AbortController().signal,
  )
  await expect(measuring).rejects.toThrow('1 of 3 benchmarks failed: outbox')
  expect(measured).toEqual(['publish', 'handle'])
  expect(told.mock.calls).toEqual([['outbox failed: PostgreSQL did not start\n']])
  told.mockRestore()
})

test('one benchmark that fails says itself why', async () => {
  const failure = new HubError('stack-failed', 'PostgreSQL did not start')
  await expect(measureEach(['publish'], () => Promise.reject(failure), new AbortController().signal)).rejects.toBe(
    failure,
  )
})

test('after Ctrl-C no further one is measured', async () => {
  const stopping = new AbortController()
  const measured: string[] = []
  const measuring = measureEach(
    names,
    async (name) => {
      measured.push(name)
      stopping.abort(new HubError('bench-stopped', 'the benchmark was stopped'))
      stopping.signal.throwIfAborted()
    },
    stopping.signal,
  )
  await expect(measuring).rejects.toThrow('the benchmark was stopped')
  expect(measured).toEqual(['publish'])
})
