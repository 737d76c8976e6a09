import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { testBrokers, testGroup, testTopic } from '../broker.ts'
import { adapters } from './adapters.ts'

const program = fileURLToPath(new URL('leaving-process.ts', import.meta.url))

/** Over kafkajs twelve rounds took from half a minute to more than two: a group may wait for a member that has left. */
const rounds = { kafkajs: 3, platformatic: 12 } as const

describe.each(adapters)('over $name', ({ name, connect }) => {
  test('a process whose readers have left while they were joining ends by itself', { timeout: 180_000 }, async () => {
    await using kafka = connect()
    await using topic = await testTopic(kafka, { partitions: 4 })
    const words = [program, name, testBrokers().join(), topic.name, testGroup(), String(rounds[name])]
    const { stderr } = await promisify(execFile)(process.execPath, words, { timeout: 170_000 })
    expect(stderr).not.toContain('Error')
  })
})
