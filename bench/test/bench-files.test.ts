import { describe, expect, test } from 'vitest'
import { benchNames, loadBench } from '../harness/bench-files.ts'

describe('the benchmarks', () => {
  test.each(benchNames())('%s can be loaded and goes by the name of its file', async (name) => {
    expect((await loadBench(name)).name).toBe(name)
  })

  test('an unknown name is answered with those there are', async () => {
    await expect(loadBench('speed')).rejects.toThrow(/no benchmark "speed".*publish/)
  })
})
