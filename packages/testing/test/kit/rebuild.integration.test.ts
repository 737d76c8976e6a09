import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askService, lockBatches, readRequest, withdrawRequest } from '@samspill/postgres'
import { defineService, on } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'
import { expire } from './expire.ts'
import { ask, everyTable, ledger, listener, untilHandled, untilSent, type LedgerRule } from './replayed-notes.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

interface Report {
  readonly handled: Readonly<Record<string, number>>
  readonly same: number
  readonly changed: number
  readonly missing: number
  readonly unfounded: number
  readonly published: number
  readonly swapped: boolean
  readonly differences: readonly {
    readonly kind: string
    readonly fields: readonly string[]
    readonly eventId: string
  }[]
}

/** Twelve subjects with ten notes each: 1, 2, … 10. The listener hears the sums 1, 3, 6 … 55 of each. */
const notes = manyNotes(12, 10)

/** A ledger and a listener that have handled all notes; the ledger then goes on with another rule. */
async function afterAMonth(streams: NoteStreams, rule?: LedgerRule) {
  const names = { ledger: serviceName(), listener: serviceName() }
  await publishNotes(hub, streams, streams.noted, notes)
  const first = await runHere(hub, streams, ledger(streams, names.ledger))
  const listening = await runHere(hub, streams, listener(streams, names.listener))
  await untilAllIsHeard(streams, names)
  await first[Symbol.asyncDispose]()
  const second = await runHere(hub, streams, ledger(streams, names.ledger, rule))
  return {
    ...names,
    untilAllIsHeard: () => untilAllIsHeard(streams, names),
    async [Symbol.asyncDispose]() {
      await second[Symbol.asyncDispose]()
      await listening[Symbol.asyncDispose]()
    },
  }
}

async function untilAllIsHeard(
  streams: NoteStreams,
  names: { readonly ledger: string; readonly listener: string },
): Promise<void> {
  await untilHandled(hub, names.ledger, streams.notes.stream.name)
  await untilSent(hub, names.ledger)
  await untilHandled(hub, names.listener, streams.echoes.stream.name)
}

describe('a rebuild with the same rule', () => {
  test('that is taken back in the last moment changes nothing', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams, (_, sum) => sum + 1)
    const database = hub.schema(month.ledger)
    const before = await everyTable(hub, month.ledger)
    const detail = { publishDifferences: true }
    const id = await askService(database, { kind: 'rebuild', detail, by: 'a test', reason: 'the rule was wrong' })
    await database.transaction(async (transaction) => {
      await lockBatches(transaction, 'beside')
      await eventually('the rebuild waits for its last step', async () => {
        const { rows } = await hub.schema(month.ledger).query(
          `select from pg_locks where locktype = 'advisory' and not granted and mode = 'ExclusiveLock'
             and pid in (select pid from pg_stat_activity where query like 'select pg_advisory_xact_lock(%current_schema()%')`,
        )
        return rows.length > 0
      })
      await withdrawRequest(hub.schema(month.ledger), id)
    })
    await month.untilAllIsHeard()
    await wait(500)
    expect(await everyTable(hub, month.ledger)).toEqual(before)
    expect(await readRequest(database, id)).toMatchObject({ state: 'withdrawn' })
  })

  test('finds nothing, sends nothing, and leaves every table as it was, also downstream', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams)
    const before = { ledger: await everyTable(hub, month.ledger), listener: await everyTable(hub, month.listener) }

    const dry = await ask<Report>(hub, month.ledger, 'rebuild', { dryRun: true })
    expect(dry).toMatchObject({ same: 120, changed: 0, missing: 0, unfounded: 0, swapped: false, published: 0 })
    expect(dry.handled).toEqual({ [streams.noted.type]: 120 })
    const real = await ask<Report>(hub, month.ledger, 'rebuild', { publishDifferences: true })
    expect(real).toMatchObject({ same: 120, changed: 0, missing: 0, unfounded: 0, swapped: true, published: 0 })

    await month.untilAllIsHeard()
    expect(await everyTable(hub, month.ledger)).toEqual(before.ledger)
    expect(await everyTable(hub, month.listener)).toEqual(before.listener)
    expect(before.ledger['note']).toHaveLength(120)
    expect(before.listener['heard']).toHaveLength(120)
  })

  test('mends tables that were damaged, and goes on with new events', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams)
    const before = await everyTable(hub, month.ledger)
    const database = hub.schema(month.ledger)
    await database.query('update sums set sum = sum + 1000')
    await database.query(`delete from note where subject = 'subject-4'`)

    await ask(hub, month.ledger, 'rebuild')
    expect(await everyTable(hub, month.ledger)).toEqual(before)
    await publishNotes(hub, streams, streams.noted, [{ subject: 'subject-4', number: 11 }])
    await month.untilAllIsHeard()
    const { rows } = await database.query<{ sum: number }>(`select sum from sums where subject = 'subject-4'`)
    expect(rows).toEqual([{ sum: 66 }])
    const leftovers = await database.query(`select from pg_namespace where nspname like $1`, [`${month.ledger}\\_\\_%`])
    expect(leftovers.rowCount).toBe(0)
  })
})

describe('a rebuild with another rule', () => {
  /** Sums above 40 are told with ten more; the first note of each is told no more; the fifth is told as before. */
  const rule: LedgerRule = ({ number }, sum) => (number === 1 ? undefined : sum > 40 ? sum + 10 : sum)

  test('lists what differs, by the names of the fields, and sends it only when told to', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams, rule)
    const before = await everyTable(hub, month.listener)

    const listed = await ask<Report>(hub, month.ledger, 'rebuild')
    // 45 and 55 of each subject are told with ten more; the 1 of each no more.
    expect(listed).toMatchObject({ same: 84, changed: 24, missing: 0, unfounded: 12, swapped: true, published: 0 })
    expect(listed.differences).toHaveLength(36)
    expect(new Set(listed.differences.flatMap(({ fields }) => fields))).toEqual(new Set(['number']))
    expect(JSON.stringify(listed)).not.toMatch(/subject-\d/)
    await month.untilAllIsHeard()
    expect(await everyTable(hub, month.listener)).toEqual(before)
  })

  test('sends exactly the differences, marked as replay, and nothing more the next time', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams, rule)
    const heard = hub.schema(month.listener)
    const before = await everyTable(hub, month.listener)

    const sent = await ask<Report>(hub, month.ledger, 'rebuild', { publishDifferences: true })
    expect(sent).toMatchObject({ changed: 24, unfounded: 12, published: 36, swapped: true })
    await month.untilAllIsHeard()
    const corrections = await heard.query<{ was: number; is: number; annuls: boolean; all_marked: boolean; n: number }>(
      `select old.number as was, new.number as is, new.annuls, bool_and(new.replay and new.context_replay) as all_marked,
         count(*) as n
       from heard as new join heard as old on old.id = new.corrects and old.subject = new.subject and old.cause = new.cause
       group by 1, 2, 3 order by 1`,
    )
    expect(corrections.rows).toEqual([
      { was: 1, is: 1, annuls: true, all_marked: true, n: 12 },
      { was: 45, is: 55, annuls: false, all_marked: true, n: 12 },
      { was: 55, is: 65, annuls: false, all_marked: true, n: 12 },
    ])
    const after = await everyTable(hub, month.listener)
    expect(after['heard']).toHaveLength(156)
    expect(after['heard']).toEqual(expect.arrayContaining([...(before['heard'] ?? [])]))

    const again = await ask<Report>(hub, month.ledger, 'rebuild', { publishDifferences: true })
    expect(again).toMatchObject({ same: 108, changed: 0, missing: 0, unfounded: 0, published: 0 })
    await month.untilAllIsHeard()
    expect(await everyTable(hub, month.listener)).toEqual(after)
    const actions = await hub.schema(month.ledger).query('select done_by, reason, action from operator_action')
    expect(actions.rows).toEqual(Array(2).fill({ done_by: 'a test', reason: 'the rule was wrong', action: 'rebuild' }))
  })
})

describe('a rebuild is refused', () => {
  test('where handled records have expired, with how much is gone, before anything is touched', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams)
    const before = await everyTable(hub, month.ledger)
    const gone = await expire(hub, streams.notes.stream.name, ({ latest }) => latest / 2n)
    await expect(ask(hub, month.ledger, 'rebuild')).rejects.toMatchObject({
      code: 'history-expired',
      message: expect.stringMatching(
        new RegExp(`of 120 events that were handled ${gone} have expired from`),
      ) as unknown,
    })
    expect(await everyTable(hub, month.ledger)).toEqual(before)
  })

  test('where a handler fails at what it had handled before', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await afterAMonth(streams, ({ number }) => {
      if (number === 7) throw new Error('the rule knows no sevens')
      return number
    })
    const before = await everyTable(hub, month.ledger)
    await expect(ask(hub, month.ledger, 'rebuild')).rejects.toMatchObject({ code: 'replay-handler-failed' })
    expect(await everyTable(hub, month.ledger)).toEqual(before)
  })

  test('where the service has an HTTP door of its own', async () => {
    const streams = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      subscriptions: [on(streams.noted, () => undefined)],
      routes: () => ({}),
    })
    await using _ = await runHere(hub, streams, service)
    await expect(ask(hub, service.name, 'rebuild')).rejects.toMatchObject({ code: 'rebuild-refused' })
  })
})
