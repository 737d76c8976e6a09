import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on, PermanentFailure, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'
import { expire } from './expire.ts'
import { ask, everyTable, listener, untilHandled, untilSent } from './replayed-notes.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

interface Report {
  readonly expired: number
  readonly read: number
  readonly missed: Readonly<Record<string, number>>
  readonly handled: number
  readonly parked: number
}

/** Keeps a diary of notes and, where `strikes`, of what was struck; echoes each with the number of its entry. */
function diary(streams: NoteStreams, name: string, strikes: boolean, fails = false): ServiceDefinition {
  const keep = on(streams.noted, async ({ data }, { transaction, replay }) => {
    await transaction.query(enter, [data.subject, data.number, 'noted', replay])
    return streams.echoed(data)
  })
  const strike = on(streams.struck, async ({ data, replay: marked }, { transaction, replay }) => {
    if (fails && data.subject === 'subject-3' && data.number === 2) throw new PermanentFailure('nothing to strike')
    await transaction.query(enter, [data.subject, data.number, 'struck', replay && marked])
    return streams.echoed({ ...data, number: -data.number })
  })
  return defineService({
    name,
    agency: streams.agency,
    publishes: [streams.echoed],
    migrations: [{ number: 1, name: 'diary', sql: diaryTable }],
    subscriptions: strikes ? [keep, strike] : [keep],
  })
}

const diaryTable = `create table diary (at bigint generated always as identity, subject text, number bigint, what text,
  replay boolean)`
const enter = 'insert into diary (subject, number, what, replay) values ($1, $2, $3, $4)'

/** A month in which a diary passes over what is struck, and a listener hears of the notes. */
async function aMonth(streams: NoteStreams) {
  const names = { diary: serviceName(), listener: serviceName() }
  const notes = manyNotes(12, 5)
  await publishNotes(hub, streams, streams.noted, notes.slice(0, 30))
  await publishNotes(hub, streams, streams.struck, manyNotes(8, 5))
  await publishNotes(hub, streams, streams.noted, notes.slice(30))
  const first = await runHere(hub, streams, diary(streams, names.diary, false))
  const listening = await runHere(hub, streams, listener(streams, names.listener))
  const untilQuiet = async (): Promise<void> => {
    await untilHandled(hub, names.diary, streams.notes.stream.name)
    await untilSent(hub, names.diary)
    await untilHandled(hub, names.listener, streams.echoes.stream.name)
  }
  await untilQuiet()
  await first[Symbol.asyncDispose]()
  return { ...names, untilQuiet, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() }
}

const sinceLongAgo = { from: 0 }

describe('a replay of what was missed', () => {
  test('says how many records have expired that it could not look at, where they may be of that time', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await aMonth(streams)
    const gone = await expire(hub, streams.notes.stream.name, ({ earliest, latest }) => (earliest + latest) / 2n)
    await using _ = await runHere(hub, streams, diary(streams, month.diary, true))

    const report = await ask<Report>(hub, month.diary, 'replay-missed', { ...sinceLongAgo, dryRun: true })
    expect(report).toMatchObject({ read: 100 - gone, expired: gone })
  })

  test('finds nothing where nothing was missed, and leaves every table as it was, also downstream', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await aMonth(streams)
    await using _ = await runHere(hub, streams, diary(streams, month.diary, false))
    const before = [await everyTable(hub, month.diary), await everyTable(hub, month.listener)]

    const report = await ask<Report>(hub, month.diary, 'replay-missed', sinceLongAgo)
    expect(report).toMatchObject({ read: 100, missed: {}, expired: 0, handled: 0, parked: 0 })
    await month.untilQuiet()
    expect([await everyTable(hub, month.diary), await everyTable(hub, month.listener)]).toEqual(before)
  })

  test('handles what a new handler has missed, once, in order per subject, marked for all who hear of it', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await aMonth(streams)
    await using _ = await runHere(hub, streams, diary(streams, month.diary, true))
    const before = await everyTable(hub, month.listener)
    const positions = (await everyTable(hub, month.diary))['position']

    const dry = await ask<Report>(hub, month.diary, 'replay-missed', { ...sinceLongAgo, dryRun: true })
    expect(dry).toMatchObject({ missed: { [streams.struck.type]: 40 }, handled: 0 })
    expect(await everyTable(hub, month.listener)).toEqual(before)
    const real = await ask<Report>(hub, month.diary, 'replay-missed', sinceLongAgo)
    expect(real).toMatchObject({ missed: { [streams.struck.type]: 40 }, handled: 40, parked: 0 })
    await month.untilQuiet()

    const entries = await hub.schema(month.diary).query<{ subject: string; numbers: number[]; marked: boolean }>(
      `select subject, array_agg(number order by at) as numbers, bool_and(replay) as marked
       from diary where what = 'struck' group by subject`,
    )
    expect(entries.rows).toHaveLength(8)
    for (const { numbers, marked } of entries.rows) expect([numbers, marked]).toEqual([[1, 2, 3, 4, 5], true])
    expect((await everyTable(hub, month.diary))['position']).toEqual(positions)
    const heard = await hub
      .schema(month.listener)
      .query<{ replay: boolean; n: number }>(
        'select replay and context_replay as replay, count(*) as n from heard where number < 0 group by 1',
      )
    expect(heard.rows).toEqual([{ replay: true, n: 40 }])
    const after = await everyTable(hub, month.listener)
    expect(after['heard']).toHaveLength(100)
    expect(after['heard']).toEqual(expect.arrayContaining([...(before['heard'] ?? [])]))

    const again = await ask<Report>(hub, month.diary, 'replay-missed', sinceLongAgo)
    expect(again).toMatchObject({ missed: {}, handled: 0 })
    await month.untilQuiet()
    expect(await everyTable(hub, month.listener)).toEqual(after)
    const actions = await hub.schema(month.diary).query('select done_by, reason, action from operator_action')
    expect(actions.rows).toEqual(
      Array(2).fill({ done_by: 'a test', reason: 'the rule was wrong', action: 'replay-missed' }),
    )
  })

  test('looks only at what was written from the moment given on', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await aMonth(streams)
    await using _ = await runHere(hub, streams, diary(streams, month.diary, true))
    const report = await ask<Report>(hub, month.diary, 'replay-missed', { from: Date.now() + 60_000 })
    expect(report).toMatchObject({ read: 0, missed: {} })
  })

  test('parks what fails, with what comes behind it of its subject, and nothing is tried twice', async () => {
    const streams = await createNoteStreams(hub)
    await using month = await aMonth(streams)
    await using _ = await runHere(hub, streams, diary(streams, month.diary, true, true))
    const report = await ask<Report>(hub, month.diary, 'replay-missed', sinceLongAgo)
    expect(report).toMatchObject({ missed: { [streams.struck.type]: 40 }, handled: 36, parked: 4 })
    const parked = await hub.schema(month.diary).query('select state, code from parked_event order by id')
    expect(parked.rows).toEqual([
      { state: 'dead', code: 'permanent-failure' },
      ...Array<object>(3).fill({ state: 'waiting', code: null }),
    ])
    const again = await ask<Report>(hub, month.diary, 'replay-missed', sinceLongAgo)
    expect(again).toMatchObject({ missed: {}, handled: 0, parked: 0 })
  })
})
