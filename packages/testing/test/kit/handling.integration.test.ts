import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on, onBatch, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'
import { parkedRows } from './parked-rows.ts'

let hub: TestHub
let streams: NoteStreams

beforeAll(async () => {
  hub = await connectTestHub()
  streams = await createNoteStreams(hub)
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

describe('a service', () => {
  test('handles each event once and in order per subject, also when it is published twice', async () => {
    const own = await createNoteStreams(hub)
    const name = serviceName()
    const service = defineService({
      name,
      agency: own.agency,
      migrations: [{ number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint)' }],
      subscriptions: [
        on(own.noted, async ({ data }, { transaction }) => {
          await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
        }),
      ],
    })
    const notes = manyNotes(20, 25).map((note) => ({ ...note, id: `${note.subject}/${note.number}` }))
    await publishNotes(hub, own, own.noted, [...notes, ...notes.slice(0, 100)])

    await using running = await runHere(hub, own, service, { batchSize: 50 })
    const database = hub.schema(name)
    await untilRead(own, service)

    const { rows } = await database.query<{ subject: string; numbers: number[] }>(
      'select subject, array_agg(number order by at) as numbers from seen group by subject',
    )
    expect(rows).toHaveLength(20)
    for (const { numbers } of rows) expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
    expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })

  test('runs no handler for an event that it knows, in whatever batch it comes again', async () => {
    const own = await createNoteStreams(hub)
    const handled: number[] = []
    const service = defineService({
      name: serviceName(),
      agency: own.agency,
      subscriptions: [on(own.noted, ({ data }) => void handled.push(data.number), { independent: true })],
    })
    const note = (number: number) => ({ subject: 'kari', number, id: `kari/${number}` })
    await publishNotes(hub, own, own.noted, [note(1), note(2), note(1), note(3)])

    await using running = await runHere(hub, own, service, { batchSize: 3 })
    await untilRead(own, service)
    expect(handled).toEqual([1, 2, 3])

    await publishNotes(hub, own, own.noted, [note(2), note(4)])
    await untilRead(own, service)
    expect(handled).toEqual([1, 2, 3, 4])
    expect(running.url).toMatch(/^http:/)
  })

  test('blames no event for a position that cannot be saved', async () => {
    const own = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: own.agency,
      migrations: [
        { number: 1, name: 'seen', sql: 'create table seen (number bigint)' },
        { number: 2, name: 'position that cannot be saved twice', sql: positionFailing(2) },
      ],
      subscriptions: [
        on(
          own.noted,
          async ({ data }, { transaction }) => {
            await transaction.query('insert into seen (number) values ($1)', [data.number])
          },
          { retries: { firstMilliseconds: 60_000 } },
        ),
      ],
    })
    await publishNotes(hub, own, own.noted, manyNotes(1, 20))

    await using running = await runHere(hub, own, service)
    await untilRead(own, service)
    expect(await parkedRows(hub, service.name)).toEqual([])
    expect((await hub.schema(service.name).query('select from seen')).rowCount).toBe(20)
    expect(running.url).toMatch(/^http:/)
  })

  test('publishes what its handlers return, once, in order per subject, with the cause in the envelope', async () => {
    const own = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: own.agency,
      publishes: [own.echoed],
      subscriptions: [on(own.noted, ({ data }) => own.echoed(data), { independent: true })],
    })
    const listener = listening(own)
    await publishNotes(hub, own, own.noted, manyNotes(30, 10))
    await using echoing = await runHere(hub, own, service, { batchSize: 40 })
    await using listeningProcess = await runHere(hub, own, listener)
    const database = hub.schema(listener.name)

    const heard = await eventually('300 echoes', async () => {
      const { rows } = await database.query<{ subject: string; numbers: number[]; causes: number }>(
        `select subject, array_agg(number order by at) as numbers, count(distinct cause)::integer as causes
         from heard group by subject`,
      )
      return rows.reduce((sum, { numbers }) => sum + numbers.length, 0) >= 300 && rows
    })

    expect(heard).toHaveLength(30)
    for (const { numbers, causes } of heard) {
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      expect(causes).toBe(10)
    }
    expect([echoing.url, listeningProcess.url]).toHaveLength(2)
  })

  test.each([
    { mode: 'one after another', options: {} },
    { mode: 'side by side', options: { independent: true } },
  ])('counts on a row that all subjects share, handled $mode', async ({ options }) => {
    const name = serviceName()
    const service = defineService({
      name,
      agency: streams.agency,
      migrations: [{ number: 1, name: 'count', sql: 'create table total (n bigint); insert into total values (0)' }],
      subscriptions: [
        on(
          streams.noted,
          async (_, { transaction }) => {
            await transaction.query('update total set n = n + 1')
          },
          options,
        ),
      ],
    })
    await publishNotes(hub, streams, streams.noted, manyNotes(40, 10))
    await using first = await runHere(hub, streams, service, { batchSize: 30 })
    await using second = await runHere(hub, streams, service, { batchSize: 30 })
    await untilRead(streams, service)

    const { rows } = await hub
      .schema(name)
      .query<{ n: number; inbox: number }>('select n, (select count(*) from inbox) as inbox from total')
    expect(rows[0]?.n).toBeGreaterThanOrEqual(400)
    expect(rows[0]?.n).toBe(rows[0]?.inbox)
    expect(first.url).not.toBe(second.url)
  })

  test('gives many events at once to a batch handler, and publishes what follows from each', async () => {
    const own = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: own.agency,
      publishes: [own.echoed],
      migrations: [{ number: 1, name: 'sizes', sql: 'create table size (n integer)' }],
      subscriptions: [
        onBatch(own.noted, async (events, { transaction }) => {
          await transaction.query('insert into size values ($1)', [events.length])
          return events.map(({ data }) => (data.number % 2 === 0 ? own.echoed(data) : undefined))
        }),
      ],
    })
    await publishNotes(hub, own, own.noted, manyNotes(10, 20))
    await using running = await runHere(hub, own, service)
    await untilRead(own, service)

    const { rows } = await hub
      .schema(service.name)
      .query<{ sum: number; most: number }>('select sum(n)::bigint as sum, max(n) as most from size')
    expect(rows[0]?.sum).toBe(200)
    expect(rows[0]?.most).toBeGreaterThan(1)
    const published = await eventually('100 echoes on the stream', async () => {
      const ends = await hub.kafka.topics.logEnds(own.echoes.stream.name)
      const count = ends.reduce((sum, { earliest, latest }) => sum + latest - earliest, 0n)
      return count >= 100n && count
    })
    expect(published).toBe(100n)
    expect(running.url).toBeDefined()
  })
})

/** A service that keeps every echo it hears. */
function listening(own: NoteStreams): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency: own.agency,
    migrations: [
      { number: 1, name: 'heard', sql: 'create table heard (at bigserial, subject text, number bigint, cause text)' },
    ],
    subscriptions: [
      on(own.echoed, async ({ data, causationId }, { transaction }) => {
        await transaction.query('insert into heard (subject, number, cause) values ($1, $2, $3)', [
          data.subject,
          data.number,
          causationId,
        ])
      }),
    ],
  })
}

/** Waits until the service has handled all that stands in the notes stream now. */
/** Lets the first attempts fail at saving where a batch ends. */
function positionFailing(attempts: number): string {
  return `
    create sequence attempt;
    create function fail_at_first() returns trigger language plpgsql as $body$
      begin
        if nextval('attempt') <= ${attempts} then raise exception 'not now'; end if;
        return new;
      end
    $body$;
    create trigger fail_at_first before insert or update on position for each row
      when (new.next_offset > 0) execute function fail_at_first()`
}

async function untilRead(own: NoteStreams, service: ServiceDefinition): Promise<void> {
  const topic = own.notes.stream.name
  const ends = await hub.kafka.topics.logEnds(topic)
  await eventually('the service has read its stream', async () => {
    const { rows } = await hub
      .schema(service.name)
      .query<{ partition: number; next_offset: number | null }>(
        'select partition, next_offset from position where topic = $1',
        [topic],
      )
    const next = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset ?? 0)]))
    return ends.every(({ partition, latest }) => (next.get(partition) ?? 0n) >= latest)
  })
}
