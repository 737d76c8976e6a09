import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askService, readRequest, type RequestStatus } from '@samspill/postgres'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import {
  createNoteStreams,
  manyNotes,
  publishNotes,
  runHere,
  serviceName,
  type NoteStreams,
} from '../kit/note-streams.ts'
import { listener, untilHandled, untilSent } from '../kit/replayed-notes.ts'
import { spawnLedger } from './spawn-service.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const notes = manyNotes(100, 10)
/** Of each subject 1 + 2 + … + 10. */
const oldTotal = 100 * 55
const newTotal = oldTotal + 100 * 1000

/** A ledger that has handled all notes and has ended, and a listener that has heard all sums and runs. */
async function handled(streams: NoteStreams, more?: () => Promise<void>) {
  const names = { ledger: serviceName(), listener: serviceName() }
  await publishNotes(hub, streams, streams.noted, notes)
  await more?.()
  await using first = spawnLedger(names.ledger, streams)
  const listening = await runHere(hub, streams, listener(streams, names.listener))
  const untilQuiet = async (): Promise<void> => {
    await untilHandled(hub, names.ledger, streams.notes.stream.name)
    await untilSent(hub, names.ledger)
    await untilHandled(hub, names.listener, streams.echoes.stream.name)
  }
  await eventually('the ledger has its tables', async () => (await state(names.ledger)) === 'sums')
  await untilQuiet()
  await first.end('SIGTERM')
  return { ...names, untilQuiet, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() }
}

async function state(service: string): Promise<string | undefined> {
  const { rows } = await hub
    .schema(service)
    .query<{ name: string }>(
      `select relname as name from pg_class where relname = 'sums' and relnamespace = $1::text::regnamespace`,
      [`"${service}"`],
    )
    .catch(() => ({ rows: [] }))
  return rows[0]?.name
}

async function total(service: string): Promise<number> {
  const { rows } = await hub.schema(service).query<{ total: number }>('select sum(sum)::bigint as total from sums')
  return rows[0]?.total ?? 0
}

async function ask(service: string, kind: string, detail: Readonly<Record<string, unknown>>): Promise<number> {
  return await askService(hub.schema(service), { kind, detail, by: 'a test', reason: 'it will be killed' })
}

async function until(service: string, id: number, isSo: (status: RequestStatus) => boolean): Promise<RequestStatus> {
  return await eventually(
    'the request has come so far',
    async () => {
      const status = await readRequest(hub.schema(service), id)
      return status !== undefined && isSo(status) && status
    },
    60_000,
  )
}

describe('a rebuild that is killed', () => {
  test('again and again leaves the old tables or the new, and sends each correction once', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await handled(streams)
    const id = await ask(month.ledger, 'rebuild', { publishDifferences: true })
    for (const [attempt, milliseconds] of [100, 700].entries()) {
      await using service = spawnLedger(month.ledger, streams, { extra: 1000 })
      const status = await until(month.ledger, id, ({ attempts, state }) => attempts > attempt || state === 'done')
      await wait(milliseconds)
      await service.end('SIGKILL')
      expect([oldTotal, newTotal]).toContain(await total(month.ledger))
      if (status.state === 'done') break
    }
    await using last = spawnLedger(month.ledger, streams, { extra: 1000 })
    const { result } = await until(month.ledger, id, ({ state }) => state === 'done')
    expect(result).toMatchObject({ changed: 1000, published: 1000, swapped: true })
    expect(await total(month.ledger)).toBe(newTotal)

    await month.untilQuiet()
    const heard = await hub.schema(month.listener).query(
      `select count(*) as corrections, count(distinct new.corrects) as corrected,
         count(*) filter (where new.number = old.number + 1000 and new.replay and not new.annuls) as right
       from heard as new join heard as old on old.id = new.corrects`,
    )
    expect(heard.rows).toEqual([{ corrections: 1000, corrected: 1000, right: 1000 }])
    const all = await hub.schema(month.listener).query('select count(*) as n from heard')
    expect(all.rows).toEqual([{ n: 2000 }])
    const actions = await hub.schema(month.ledger).query('select action from operator_action')
    expect(actions.rows).toEqual([{ action: 'rebuild' }])
    expect(last.pid).toBeGreaterThan(0)
  })

  test('while it puts the new tables in place leaves the old ones', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await handled(streams)
    const database = hub.schema(month.ledger)
    const id = await ask(month.ledger, 'rebuild', {})
    {
      await using service = spawnLedger(month.ledger, streams, { extra: 1000 })
      await database.transaction(async (reader) => {
        // Whoever reads a table keeps it from being dropped.
        await reader.query('select from sums limit 1')
        await eventually('the rebuild waits for the table', async () => {
          const { rows } = await database.query(
            `select from pg_locks where not granted and relation = 'sums'::regclass and mode = 'AccessExclusiveLock'`,
          )
          return rows.length === 1
        })
        await service.end('SIGKILL')
      })
    }
    expect(await total(month.ledger)).toBe(oldTotal)
    await using _ = spawnLedger(month.ledger, streams, { extra: 1000 })
    await until(month.ledger, id, ({ state }) => state === 'done')
    expect(await total(month.ledger)).toBe(newTotal)
  })
})

describe('a replay of missed events that is killed midway', () => {
  test('goes on where it was, and handles each event once, in order per subject', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await handled(streams, () => publishNotes(hub, streams, streams.struck, manyNotes(100, 10)))
    const database = hub.schema(month.ledger)
    const id = await ask(month.ledger, 'replay-missed', { from: 0 })
    {
      await using service = spawnLedger(month.ledger, streams, { strikes: true })
      await database
        .transaction(async (other) => {
          // Whoever enters the same waits for this transaction.
          await other.query(`insert into strikes (subject, number) values ('subject-50', 9)`)
          await eventually('the replay waits in the middle', async () => {
            const { rows } = await database.query(
              `select from pg_locks where not granted and locktype = 'transactionid'`,
            )
            return rows.length > 0
          })
          await service.end('SIGKILL')
          throw new Error('undone')
        })
        .catch(() => undefined)
    }
    const before = await database.query<{ n: number }>('select count(*) as n from strikes')
    expect(before.rows[0]?.n).toBeLessThan(1000)
    await using _ = spawnLedger(month.ledger, streams, { strikes: true })
    await until(month.ledger, id, ({ state }) => state === 'done')
    const { rows } = await database.query<{ numbers: number[] }>(
      'select array_agg(number order by at) as numbers from strikes group by subject',
    )
    expect(rows).toHaveLength(100)
    for (const { numbers } of rows) expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await month.untilQuiet()
    const heard = await hub
      .schema(month.listener)
      .query('select count(*) as n, count(distinct (subject, number)) as told from heard where number < 0')
    expect(heard.rows).toEqual([{ n: 1000, told: 1000 }])
    const actions = await database.query('select action from operator_action')
    expect(actions.rows).toEqual([{ action: 'replay-missed' }])
  })
})
