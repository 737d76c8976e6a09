import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { testBrokers, testGroup, testTopic } from '../broker.ts'
import { adapters } from './adapters.ts'

const program = fileURLToPath(new URL('leaving-process.ts', import.meta.url))

describe.each(adapters)('over $name', ({ name, connect }) => {
  test('a process whose readers have left while they were joining ends by itself', async () => {
    await using kafka = connect()
    await using topic = await testTopic(kafka, { partitions: 4 })
    const words = [program, name, testBrokers().join(), topic.name, testGroup()]
    const { stderr } = await promisify(execFile)(process.execPath, words, { timeout: 45_000 })
    expect(stderr).not.toContain('Error')
  })
})
