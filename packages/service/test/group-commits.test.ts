import type { RunningReader } from '@samspill/kafka'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { GroupCommits } from '../src/reading/group-commits.ts'

const at = (partition: number, offset: bigint) => ({ topic: 'nav.layoffs', partition, offset })

describe('what the group is told', () => {
  const commit = vi.fn<RunningReader['commit']>()
  let commits: GroupCommits
  beforeEach(() => {
    vi.useFakeTimers()
    commit.mockReset()
    commits = new GroupCommits(Promise.resolve({ commit }), { debug: () => undefined })
  })
  afterEach(() => {
    commits[Symbol.dispose]()
    vi.useRealTimers()
  })

  test('is the last position of each partition, for all of them at once', async () => {
    commits.note(at(0, 5n))
    commits.note(at(1, 7n))
    commits.note(at(0, 9n))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(commit.mock.calls).toEqual([[[at(0, 9n), at(1, 7n)]]])
  })

  test('leaves out a partition that was taken away', async () => {
    commits.note(at(0, 5n))
    commits.note(at(1, 7n))
    commits.forget(at(0, 0n))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(commit.mock.calls).toEqual([[[at(1, 7n)]]])
  })

  test('goes on after a commit that the group did not take', async () => {
    commit.mockRejectedValueOnce(new Error('the group is being balanced'))
    commits.note(at(0, 5n))
    await vi.advanceTimersByTimeAsync(1_000)
    commits.note(at(0, 6n))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(commit.mock.calls).toEqual([[[at(0, 5n)]], [[at(0, 6n)]]])
  })

  test('keeps no process alive once it is disposed of', () => {
    commits.note(at(0, 5n))
    commits[Symbol.dispose]()
    commits.note(at(0, 6n))
    expect(vi.getTimerCount()).toBe(0)
  })
})
