import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on, onBatch, PermanentFailure, RetryLater, type ServiceDefinition } from '@samspill/service'
import type { HandlerContext, Subscription } from '@samspill/service'
import type { EventContract } from '@samspill/contracts'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type Note } from './note-streams.ts'
import { numbersBySubject, parkedRows, untilParked, untilSeen, upTo } from './parked-rows.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const quick = { attempts: 1_000, firstMilliseconds: 50, longestMilliseconds: 200 }

describe('a subject whose event fails', () => {
  test.each([
    { how: 'one after another', subscribe: eachInTurn },
    { how: 'side by side', subscribe: sideBySide },
    { how: 'many at once', subscribe: manyAtOnce },
    { how: 'side by side in small batches', subscribe: sideBySide, batchSize: 2 },
  ])('waits in order, and nobody else does: events handled $how', async ({ subscribe, batchSize = 100 }) => {
    const streams = await createNoteStreams(hub)
    let mended = false
    const service = noting(streams.agency, (keep) => [
      subscribe(streams.noted, async (note, context) => {
        if (note.subject === 'subject-3' && note.number === 5 && !mended) throw new TypeError('not yet')
        await keep(note, context)
      }),
      on(streams.echoed, async ({ data }, context) => keep({ ...data, subject: `echo of ${data.subject}` }, context)),
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(24, 10))
    await using running = await runHere(hub, streams, service, { batchSize })

    const before = await untilSeen(hub, service.name, 234)
    expect(before.get('subject-3')).toEqual([1, 2, 3, 4])
    const [failed, ...behind] = await untilParked(
      hub,
      service.name,
      6,
      ({ stream }) => stream === streams.notes.stream.name,
    )
    expect(failed).toMatchObject({ state: 'retrying', code: 'handler-failed' })
    expect(failed?.reason).toBe("the handler threw TypeError; the service's log has more")
    expect(behind.map(({ state, key }) => ({ state, key }))).toEqual(
      Array.from({ length: 5 }, () => ({ state: 'waiting', key: failed?.key })),
    )
    // The subject's other stream goes on, and so does this one for others.
    await publishNotes(hub, streams, streams.echoed, manyNotes(4, 2))
    await publishNotes(hub, streams, streams.noted, [
      { subject: 'subject-3', number: 11 },
      { subject: 'new', number: 1 },
    ])
    const beside = await untilSeen(hub, service.name, 234 + 8 + 1)
    expect(beside.get('echo of subject-3')).toEqual([1, 2])

    mended = true
    const after = await untilSeen(hub, service.name, 240 + 8 + 2)
    expect(after.get('subject-3')).toEqual(upTo(11))
    for (const number of upTo(24)) if (number !== 4) expect(after.get(`subject-${number - 1}`)).toEqual(upTo(10))
    await eventually('nothing is parked', async () => (await parkedRows(hub, service.name)).length === 0)
    expect(await stoppedPartitions(service.name)).toBe(0)
    expect(running.url).toBeDefined()
  })

  test('waits for a person once its attempts are used up', async () => {
    const streams = await createNoteStreams(hub)
    const service = noting(streams.agency, (keep) => [
      on(
        streams.noted,
        async ({ data }, context) => {
          if (data.subject === 'subject-1') throw new RangeError('never')
          await keep(data, context)
        },
        { retries: { attempts: 3, firstMilliseconds: 50, longestMilliseconds: 50 } },
      ),
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(5, 4))
    await using running = await runHere(hub, streams, service)
    const rows = await untilParked(hub, service.name, 1, ({ state }) => state === 'dead')
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['dead', 3],
      ['waiting', 0],
      ['waiting', 0],
      ['waiting', 0],
    ])
    expect(running.url).toBeDefined()
  })

  test('waits for a person at once where no retry can help', async () => {
    const streams = await createNoteStreams(hub)
    const service = noting(streams.agency, (keep) => [
      on(streams.noted, async ({ data }, context) => {
        if (data.subject === 'subject-1') throw new PermanentFailure('the register says 23888212167 is nobody')
        await keep(data, context)
      }),
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(5, 1))
    await using running = await runHere(hub, streams, service)
    const [dead] = await untilParked(hub, service.name, 1)
    expect(dead).toMatchObject({ state: 'dead', code: 'permanent-failure', attempts: 1 })
    expect(dead?.reason).toBe('the register says [number] is nobody')
    expect(running.url).toBeDefined()
  })

  test('is tried again no sooner than it asks, as often as it takes, and no attempt is counted', async () => {
    const streams = await createNoteStreams(hub)
    const attempts: number[] = []
    const service = noting(streams.agency, (keep) => [
      on(
        streams.noted,
        async ({ data }, context) => {
          if (data.subject === 'subject-1' && attempts.push(Date.now()) <= 3) throw new RetryLater(700)
          await keep(data, context)
        },
        { retries: { attempts: 2, firstMilliseconds: 10, longestMilliseconds: 10 } },
      ),
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(5, 1))
    await using running = await runHere(hub, streams, service)
    await untilSeen(hub, service.name, 5)
    expect(attempts).toHaveLength(4)
    for (const [index, at] of attempts.entries()) {
      if (index > 0) expect(at - (attempts[index - 1] ?? 0)).toBeGreaterThanOrEqual(690)
    }
    expect(running.url).toBeDefined()
  })

  test('is found where its statement fails, whoever runs beside it', async () => {
    const streams = await createNoteStreams(hub)
    const service = noting(streams.agency, () => [
      on(
        streams.noted,
        async ({ data }, { transaction }) => {
          const number = ['subject-7', 'subject-31'].includes(data.subject) && data.number === 2 ? null : data.number
          await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, number])
        },
        { independent: true, retries: { attempts: 2, firstMilliseconds: 50, longestMilliseconds: 50 } },
      ),
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(120, 3))
    await using running = await runHere(hub, streams, service)
    const rows = await untilParked(hub, service.name, 2, ({ state }) => state === 'dead')
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['dead', 'dead', 'waiting', 'waiting'])
    expect(rows.find(({ state }) => state === 'dead')).toMatchObject({ code: 'statement-failed', attempts: 2 })
    const seen = await untilSeen(hub, service.name, 360 - 4)
    expect(seen.get('subject-7')).toEqual([1])
    expect(seen.get('subject-8')).toEqual([1, 2, 3])
    expect(running.url).toBeDefined()
  })
})

describe('a service with parked events', () => {
  test('keeps them over a restart, and in order while they move to another process', async () => {
    const streams = await createNoteStreams(hub)
    let mended = false
    const service = noting(streams.agency, (keep) => [
      eachInTurn(streams.noted, async (note, context) => {
        if (Number(note.subject.replace('subject-', '')) % 4 === 0 && !mended) throw new TypeError('not yet')
        await keep(note, context)
      }),
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(32, 5))
    const first = await runHere(hub, streams, service, { batchSize: 30 })
    await untilSeen(hub, service.name, 120)
    await first[Symbol.asyncDispose]()

    await using second = await runHere(hub, streams, service, { batchSize: 30 })
    await using third = await runHere(hub, streams, service, { batchSize: 30 })
    await publishNotes(
      hub,
      streams,
      streams.noted,
      manyNotes(32, 8).filter(({ number }) => number > 5),
    )
    await untilSeen(hub, service.name, 24 * 8)
    expect((await numbersBySubject(hub, service.name)).has('subject-4')).toBe(false)
    mended = true
    const after = await untilSeen(hub, service.name, 32 * 8)
    for (const numbers of after.values()) expect(numbers).toEqual(upTo(8))
    expect(second.url).not.toBe(third.url)
  })
})

type Keep = (note: Note, context: HandlerContext) => Promise<void>
type Handle = (note: Note, context: HandlerContext) => Promise<void>
type NoteContract = EventContract<string, Note>

/** A service that keeps what it has handled, in the order in which it did. */
function noting(agency: string, subscriptions: (keep: Keep) => readonly Subscription<never>[]): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency,
    migrations: [
      { number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint not null)' },
    ],
    subscriptions: subscriptions(async ({ subject, number }, { transaction }) => {
      await transaction.query('insert into seen (subject, number) values ($1, $2)', [subject, number])
    }),
  })
}

function eachInTurn(contract: NoteContract, handle: Handle): Subscription<never> {
  return on(contract, async ({ data }, context) => handle(data, context), { retries: quick })
}

function sideBySide(contract: NoteContract, handle: Handle): Subscription<never> {
  return on(contract, async ({ data }, context) => handle(data, context), { independent: true, retries: quick })
}

function manyAtOnce(contract: NoteContract, handle: Handle): Subscription<never> {
  const handleAll = async (events: readonly { readonly data: Note }[], context: HandlerContext): Promise<void> => {
    for (const { data } of events) await handle(data, context)
  }
  return onBatch<string, Note, never>(contract, handleAll, { retries: quick })
}

async function stoppedPartitions(service: string): Promise<number> {
  const { rowCount } = await hub.schema(service).query('select from position where stopped_since is not null')
  return rowCount
}
