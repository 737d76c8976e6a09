import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resumePartition } from '@samspill/postgres'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { abortTransaction, expire, forgetGroup } from './expire.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'
import { ledger, untilHandled } from './replayed-notes.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const notes = manyNotes(24, 6)

/** A ledger that has handled the first four notes of each subject and has ended. */
async function away(streams: NoteStreams): Promise<string> {
  const name = serviceName()
  await publishNotes(hub, streams, streams.noted, notes.slice(0, 96))
  await using _ = await runHere(hub, streams, ledger(streams, name))
  await untilHandled(hub, name, streams.notes.stream.name)
  return name
}

async function count(service: string): Promise<number> {
  const { rows } = await hub.schema(service).query<{ n: number }>('select count(*) as n from note')
  return rows[0]?.n ?? 0
}

interface Stop {
  readonly partition: number
  readonly offset: number
  readonly code: string
  readonly reason: string
}

async function stops(service: string): Promise<readonly Stop[]> {
  const { rows } = await hub.schema(service).query<Stop>(
    `select partition, stopped_offset as offset, stopped_code as code, stopped_reason as reason
     from position where stopped_code is not null order by partition`,
  )
  return rows
}

describe('an outage longer than Kafka remembers', () => {
  test('the group: its own positions win, nothing is skipped and nothing read again', async () => {
    const streams = await createNoteStreams(hub)
    const name = await away(streams)
    await forgetGroup(hub, `${hub.config.principal}.${name}`)
    await publishNotes(hub, streams, streams.noted, notes.slice(96))
    await using running = await runHere(hub, streams, ledger(streams, name))
    await untilHandled(hub, name, streams.notes.stream.name)
    expect(await count(name)).toBe(144)
    const metrics = await (await fetch(new URL('/metrics', running.url))).text()
    expect(metrics).toMatch(/samspill_events_handled_total\{[^}]*\} 48\n/)
    expect(metrics).not.toMatch(/samspill_events_seen_before_total\{/)
  })

  test('the records: each partition stops, and says how much is gone', async () => {
    const streams = await createNoteStreams(hub)
    const name = await away(streams)
    const topic = streams.notes.stream.name
    const handled = new Map((await hub.kafka.topics.logEnds(topic)).map(({ partition, latest }) => [partition, latest]))
    await publishNotes(hub, streams, streams.noted, notes.slice(96))
    // All but the last record of each partition.
    await expire(hub, topic, ({ latest }) => latest - 1n)
    const ends = await hub.kafka.topics.logEnds(topic)
    const gone = ends.flatMap(({ partition, earliest }) => {
      const lost = earliest - (handled.get(partition) ?? 0n)
      return lost > 0n ? [{ partition, offset: Number(handled.get(partition)), lost: Number(lost) }] : []
    })
    expect(gone.length).toBeGreaterThan(2)

    await using running = await runHere(hub, streams, ledger(streams, name))
    const stopped = await eventually('the partitions stand', async () => {
      const found = await stops(name)
      return found.length === gone.length && found
    })
    expect(stopped).toEqual(
      gone
        .toSorted((one, other) => one.partition - other.partition)
        .map(({ partition, offset, lost }) => ({
          partition,
          offset,
          code: 'records-expired',
          reason: `${lost} records from offset ${offset} on have expired before they were handled`,
        })),
    )
    // What is left of them is not handled as if nothing had been before it.
    const left = ends.reduce((sum, { partition, latest }) => {
      return (
        sum + (gone.some((each) => each.partition === partition) ? 0 : Number(latest - (handled.get(partition) ?? 0n)))
      )
    }, 0)
    await eventually('the other partitions go on', async () => (await count(name)) === 96 + left)

    // A person says that they are given up: it goes on with what is left, without a restart.
    for (const { partition, offset } of gone) {
      const to = ends.find((each) => each.partition === partition)?.earliest ?? 0n
      const resumption = {
        topic,
        partition,
        code: 'records-expired',
        stoppedOffset: BigInt(offset),
        to,
        lost: undefined,
      }
      const by = { by: 'a test', reason: 'the agency has no copy either' }
      expect(await resumePartition(hub.schema(name), { ...resumption, ...by })).toBe(true)
    }
    await eventually('what is left is handled', async () => (await count(name)) === 96 + left + gone.length)
    expect(await stops(name)).toEqual([])
    expect(running.url).toBeDefined()
  })

  test('the records, while it runs: what lies before a delivery and was not handled is noticed', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    const topic = streams.notes.stream.name
    await publishNotes(hub, streams, streams.noted, notes.slice(0, 96))
    await using running = await runHere(hub, streams, ledger(streams, name))
    await untilHandled(hub, name, topic)
    // Somebody restores an older state of the service beside it, and the log no longer goes back so far.
    await expire(hub, topic, ({ latest }) => latest)
    await hub.schema(name).query('update position set next_offset = next_offset - 2 where next_offset > 2')
    await publishNotes(hub, streams, streams.noted, notes.slice(96, 120))
    const stopped = await eventually('a partition stands', async () => {
      const found = await stops(name)
      return found.length > 2 && found
    })
    for (const { code, reason } of stopped) {
      expect(code).toBe('records-expired')
      expect(reason).toMatch(/^2 records from offset \d+ on have expired/)
    }
    expect(running.url).toBeDefined()
  })
})

describe('what was never committed', () => {
  test('is no loss: the service goes on behind it', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await publishNotes(hub, streams, streams.noted, notes.slice(0, 96))
    await using running = await runHere(hub, streams, ledger(streams, name))
    await eventually('the first are handled', async () => (await count(name)) === 96)
    await abortTransaction(hub, streams.notes.stream.name)
    // Long enough for the reader to have passed over it.
    await wait(1_500)
    await publishNotes(hub, streams, streams.noted, notes.slice(96))
    await eventually('the others are handled', async () => (await count(name)) === 144)
    expect(await stops(name)).toEqual([])
    expect(running.url).toBeDefined()
  })
})
