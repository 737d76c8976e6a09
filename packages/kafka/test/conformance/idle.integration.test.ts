import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { testBrokers, testTopic } from '../broker.ts'
import { adapters } from './adapters.ts'

const program = fileURLToPath(new URL('idle-process.ts', import.meta.url))
const seconds = 4
/** kafkajs falls short: it takes about twice what a client may take. */
const most = { kafkajs: 0.02, platformatic: 0.005 }

describe.each(adapters)('over $name', ({ name, connect }) => {
  test('F14: a process with a writer and a reader that have nothing to do takes next to nothing', async () => {
    await using kafka = connect()
    await using topic = await testTopic(kafka, { partitions: 6 })
    const arguments_ = [program, name, testBrokers().join(), topic.name, String(seconds)]
    const { stdout } = await promisify(execFile)(process.execPath, arguments_)
    expect(Number(stdout)).toBeGreaterThan(0)
    expect(Number(stdout)).toBeLessThan(most[name])
  })
})
