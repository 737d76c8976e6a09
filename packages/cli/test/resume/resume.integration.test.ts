import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectTestHub, eventually, type TestHub } from '@samspill/testing'
import { answering, DeadNotes, samspill } from '../dead/dead-notes.ts'

const why = ['--reason', 'the agency sends them again', '--by', 'operator'] as const

let hub: TestHub
beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test('records that expired before they were handled stop the partition until a person accepts the loss', async () => {
  const notes = await DeadNotes.create(hub)
  await publishOneByOne(notes, 1, 2)
  const before = await notes.run()
  await untilSeen(notes, 2)
  await before[Symbol.asyncDispose]()
  await publishOneByOne(notes, 3, 4, 5, 6)
  const partition = await expireUpTo(notes, 5n)

  await using running = await notes.run()
  await untilStopped(notes, 'records-expired')
  const listed = await samspill('dead', 'list', notes.service)
  expect(listed.text).toContain('records-expired: 3 records from offset 2 on have expired')
  expect(listed.text).toContain(`samspill resume ${notes.service} ${notes.topic} ${partition} --reason`)

  const words = ['resume', notes.service, notes.topic, String(partition), ...why] as const
  const asked = await answering(undefined, ...words)
  expect(asked.code).toBe('answer-missing')
  expect(asked.text).toContain('3 records at offsets 2 to 4 expired, and will never be handled')
  expect((await answering('no', ...words)).text).toContain('Nothing was changed')
  expect((await notes.seen())['kari']).toEqual([1, 2])

  const resumed = await answering('yes', ...words)
  expect(resumed.text).toContain('goes on at offset 5')
  await untilSeen(notes, 3)
  expect((await notes.seen())['kari']).toEqual([1, 2, 6])
  expect((await samspill(...words)).code).toBe('partition-not-stopped')
  expect((await samspill('dead', 'log', notes.service)).text).toMatch(
    /operator +notes-\w+ +resume +.* 2 to 5: 3 lost +the agency sends them again/,
  )
  expect(running.url).toBeDefined()
})

test('a batch that cannot be unpacked stops the partition until a person gives it up; the running service goes on', async () => {
  const notes = await DeadNotes.create(hub)
  await publishOneByOne(notes, 1)
  await using running = await notes.run()
  await untilSeen(notes, 1)
  const partition = await partitionOf(notes)
  await writeBomb(notes, partition)
  await publishOneByOne(notes, 2)
  await untilStopped(notes, 'record-damaged')

  const { text } = await samspill('resume', notes.service, notes.topic, String(partition), '--yes', '--json', ...why)
  expect(JSON.parse(text)).toMatchObject({ lost: 1, from: '1', to: '2' })
  await untilSeen(notes, 2)
  expect((await notes.seen())['kari']).toEqual([1, 2])
  const { rows } = await notes.database.query('select from position where stopped_code is not null')
  expect(rows).toEqual([])
  expect(running.url).toBeDefined()
})

async function publishOneByOne(notes: DeadNotes, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await notes.publish([{ subject: 'kari', number }])
}

async function untilSeen(notes: DeadNotes, count: number): Promise<void> {
  await eventually(`${count} notes are handled`, async () => ((await notes.seen())['kari'] ?? []).length >= count)
}

async function untilStopped(notes: DeadNotes, code: string): Promise<void> {
  await eventually(`the partition stands still for ${code}`, async () => {
    const { rows } = await notes.database.query('select from position where stopped_code = $1', [code])
    return rows.length === 1
  })
}

async function partitionOf(notes: DeadNotes): Promise<number> {
  const ends = await hub.kafka.topics.logEnds(notes.topic)
  return ends.find(({ latest }) => latest > 0n)?.partition ?? -1
}

/** Has the broker forget what is before the offset, as its retention would; gives the partition. */
async function expireUpTo(notes: DeadNotes, offset: bigint): Promise<number> {
  const partition = await partitionOf(notes)
  const admin = kafka().admin()
  await admin.connect()
  // kafkajs forgets to look the topic up itself.
  await admin.fetchTopicMetadata({ topics: [notes.topic] })
  await admin.deleteTopicRecords({ topic: notes.topic, partitions: [{ partition, offset: String(offset) }] })
  await admin.disconnect()
  return partition
}

/** Writes a few bytes that unpack to more than any reader takes. */
async function writeBomb(notes: DeadNotes, partition: number): Promise<void> {
  const producer = kafka().producer()
  await producer.connect()
  const messages = [{ key: 'odd', value: Buffer.alloc(200 * 1024 * 1024), partition }]
  await producer.send({ topic: notes.topic, messages, compression: CompressionTypes.GZIP })
  await producer.disconnect()
}

function kafka(): Kafka {
  return new Kafka({ brokers: [...hub.config.kafka.brokers], logLevel: logLevel.NOTHING })
}
