import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningProcess } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '@samspill/testing'
import { answering, DeadNotes, samspill } from './dead-notes.ts'

/** A synthetic national identity number (month and 80). */
const kari = '01810050091'
const why = ['--reason', 'the register is mended', '--by', 'operator'] as const

let hub: TestHub
let notes: DeadNotes
let running: RunningProcess

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** Kari's second note is dead and two wait behind it; ola's first is dead; siv's are handled. */
beforeEach(async () => {
  notes = await DeadNotes.create(hub)
  running = await notes.run()
  await notes.refuse({ subject: kari, number: 2 }, { subject: 'ola', number: 1 })
  await notes.publish([
    ...[1, 2, 3, 4].map((number) => ({ subject: kari, number, id: `kari-${number}` })),
    { subject: 'ola', number: 1, id: 'ola-1' },
    { subject: 'siv', number: 1, id: 'siv-1' },
  ])
  await notes.untilParked(4)
  await eventually('the others are handled', async () => Object.keys(await notes.seen()).length === 2)
})
afterEach(async () => {
  await running[Symbol.asyncDispose]()
  await notes.database.query(`drop schema "${notes.service}" cascade`)
})

describe('dead letters', () => {
  test('are listed with their reason and what waits behind them, and found by filters; status names them', async () => {
    const listed = await samspill('dead', 'list', notes.service)
    expect(listed.text.match(/dead .* permanent-failure: the register does not know the note/g)).toHaveLength(2)
    expect(listed.exitCode).toBe(0)
    const of = async (...filters: string[]): Promise<readonly string[]> => {
      const { text } = await samspill('dead', 'list', notes.service, '--json', ...filters)
      const { deadLetters } = JSON.parse(text) as { deadLetters: { eventId: string; behind: number }[] }
      return deadLetters.map(({ eventId, behind }) => `${eventId} +${behind}`).toSorted()
    }
    expect(await of()).toEqual(['kari-2 +2', 'ola-1 +0'])
    expect(await of('--code', 'permanent-failure', '--stream', notes.topic, '--from', '5m')).toHaveLength(2)
    expect(await of('--code', 'id-reused')).toEqual([])
    expect(await of('--to', '5m')).toEqual([])
    expect(await of('--stream', 'nav.layoffs')).toEqual([])
    const unknown = ['list', 'redrive', 'discard'].map((word) =>
      samspill('dead', word, notes.service, '--stream', 'nav.layofs', ...(word === 'list' ? [] : why)),
    )
    for (const { text, code } of await Promise.all(unknown)) {
      expect(text).toContain('did you mean nav.layoffs?')
      expect(code).toBe('stream-unknown')
    }

    const status = await samspill('status')
    expect(status.text).toContain(`${notes.service} has 2 dead letters and 2 events waiting behind them`)
    expect(status.exitCode).toBe(1)
    expect((await samspill('dead', 'list', 'nobody-s-service')).code).toBe('service-unknown')
  })

  test('are shown with all but their data; the data only with a reason, which is written down before', async () => {
    const id = await idOf('kari-2')
    const shown = await samspill('dead', 'show', notes.service, id)
    for (const word of [
      'kari-2',
      'permanent-failure',
      notes.topic,
      '2 events of the same subject',
      'samspill trace kari-2',
    ]) {
      expect(shown.text).toContain(word)
    }
    const everythingShown = [
      shown,
      await samspill('dead', 'show', notes.service, id, '--json'),
      await samspill('dead', 'list', '--json'),
      await samspill('dead', 'list'),
      await samspill('status'),
      await samspill('dead', 'log'),
    ]
    const { rows } = await notes.database.query<{ key: Buffer }>('select key from parked_event where id = $1', [id])
    const key = rows[0]?.key
    for (const { text } of everythingShown) {
      expect(text).not.toContain(kari)
      expect(text).not.toContain(key?.toString() ?? 'no key')
    }
    expect((await samspill('dead', 'show', notes.service, id, '--reveal')).code).toBe('commander.error')
    expect(await actions()).toEqual([])

    const revealed = await samspill('dead', 'show', notes.service, id, '--reveal', ...why, '--json')
    const { payload } = JSON.parse(revealed.text) as { payload: { data: unknown; key: string } }
    expect(payload).toMatchObject({ data: { subject: kari, number: 2 }, key: key?.toString() })
    expect(await actions()).toMatchObject([
      { by: 'operator', reason: 'the register is mended', action: 'reveal', what: { id, eventId: 'kari-2' } },
    ])
    const log = await samspill('dead', 'log', notes.service)
    expect(log.text).toMatch(/Z +operator +notes-\w+ +reveal .*the register is mended/)
    expect(log.text).not.toContain(kari)
  })

  test('are not revealed where that cannot be written down', async () => {
    const id = await idOf('kari-2')
    await notes.database.query('alter table operator_action add constraint disk_full check (false) not valid')
    const shown = await samspill('dead', 'show', notes.service, id, '--reveal', ...why)
    expect(shown.code).toBe('statement-failed')
    expect(shown.text).not.toContain('payload')
    expect(shown.text).not.toContain(kari)
  })

  test('that no schema can read are revealed as bytes', async () => {
    await notes.publish([{ subject: 'per', number: 1, value: Buffer.from('not avro at all') }])
    await notes.untilParked(5)
    const dead = (await notes.parked()).find(({ code }) => code === 'decode-not-framed')
    const revealed = await samspill('dead', 'show', notes.service, String(dead?.id), '--reveal', ...why)
    expect(revealed.text).toContain(Buffer.from('not avro at all').toString('base64'))
  })
})

describe('a dry run', () => {
  test('says what would pass and what would not, those behind included, and changes nothing', async () => {
    await notes.database.query('delete from bad where subject = $1', [kari])
    await notes.refuse({ subject: kari, number: 4 })
    await eventually('all is sent', async () => (await notes.database.query('select from outbox')).rowCount === 0)
    const before = await notes.everything()
    const { text, exitCode } = await samspill('dead', 'redrive', notes.service, '--dry-run', '--json')
    expect(JSON.parse(text)).toMatchObject({ subjects: 2, pass: 2, behind: 0, busy: 0 })
    const { fail } = JSON.parse(text) as { fail: { id: number; code: string; reason: string }[] }
    expect(fail.map(({ id }) => String(id))).toEqual(
      expect.arrayContaining([await idOf('kari-4'), await idOf('ola-1')]),
    )
    expect(fail).toMatchObject([{ code: 'permanent-failure', reason: 'the register does not know the note' }, {}])
    expect(exitCode).toBe(1)
    expect(await notes.everything()).toEqual(before)

    await notes.mend()
    const mended = await samspill('dead', 'redrive', notes.service, '--dry-run', '--stream', notes.topic)
    expect(mended.text).toContain('4 events would pass, 0 would fail')
    expect(mended.exitCode).toBe(0)
  })

  test('counts what nobody would try: of a stream that the service has given up, or in the hands of another', async () => {
    await notes.mend()
    await notes.database.query(`update parked_event set stream = 'nav.layoffs' where event_id = 'ola-1'`)
    const { text, exitCode } = await samspill('dead', 'redrive', notes.service, '--dry-run', '--json')
    expect(JSON.parse(text)).toMatchObject({ subjects: 2, pass: 3, fail: [{ code: 'stream-not-read', behind: 0 }] })
    expect(exitCode).toBe(1)

    const held = await notes.database.transaction(async (transaction) => {
      await transaction.query(`select from parked_event where event_id = 'kari-2' for update`)
      return await samspill('dead', 'redrive', notes.service, await idOf('kari-2'), '--dry-run')
    })
    expect(held.text).toContain('1 subject is being handled right now: ask again later')
    expect(held.exitCode).toBe(1)
  })

  test('of a service that does not run says so', async () => {
    await running[Symbol.asyncDispose]()
    const { text, code } = await samspill('dead', 'redrive', notes.service, '--dry-run')
    expect(code).toBe('service-not-running')
    expect(text).toContain('start the service')
  })
})

describe('a redrive', () => {
  test('handles the dead and what waits behind them, in order per subject, and writes down who and why', async () => {
    await notes.mend()
    const { text, exitCode } = await samspill('dead', 'redrive', notes.service, ...why)
    expect(text).toContain('4 handled, 0 dead again')
    expect(exitCode).toBe(0)
    expect(await notes.seen()).toEqual({ [kari]: [1, 2, 3, 4], ola: [1], siv: [1] })
    expect(await actions()).toMatchObject([{ action: 'redrive', what: { deadLetters: 2, events: 4 } }])
    expect((await samspill('dead', 'redrive', notes.service, ...why)).text).toBe('No dead letter is meant by this.')
  })

  test('of what is not mended says that it is dead again, and leaves the others waiting', async () => {
    const { text, exitCode } = await samspill('dead', 'redrive', notes.service, ...why, '--json')
    expect(JSON.parse(text)).toMatchObject({ deadLetters: 2, handled: 0, deadAgain: [{}, {}] })
    expect(exitCode).toBe(1)
    expect((await notes.parked()).map(({ state }) => state)).toEqual(
      expect.arrayContaining(['dead', 'dead', 'waiting', 'waiting']),
    )
  })

  test('goes at a rate, and takes only what is meant', async () => {
    await notes.mend()
    const begin = Date.now()
    const slow = await samspill('dead', 'redrive', notes.service, '--rate', '0.5/s', ...why)
    expect(slow.text).toContain('4 handled')
    expect(Date.now() - begin).toBeGreaterThan(1_500)
  })

  test('of one id leaves the others', async () => {
    await notes.mend()
    const one = await samspill('dead', 'redrive', notes.service, await idOf('ola-1'), ...why)
    expect(one.text).toContain('1 handled')
    expect((await notes.parked()).map(({ state }) => state)).toEqual(['dead', 'waiting', 'waiting'])
  })
})

describe('a discard', () => {
  test('asks, keeps the reason, and lets the next of the subject go on', async () => {
    const id = await idOf('kari-2')
    const no = await answering('no', 'dead', 'discard', notes.service, id, ...why)
    expect(no.text).toBe('Nothing was discarded.')
    expect((await answering(undefined, 'dead', 'discard', notes.service, id, ...why)).code).toBe('answer-missing')
    const yes = await answering('yes', 'dead', 'discard', notes.service, id, ...why)
    expect(yes.text).toContain('1 event is discarded, and the reason is kept')
    await eventually('what waited goes on', async () => (await notes.parked()).length === 1)
    expect((await notes.seen())[kari]).toEqual([1, 3, 4])
    expect(await actions()).toMatchObject([{ action: 'discard', what: { events: [{ eventId: 'kari-2' }] } }])
  })

  test('holds when the stream is read again from an earlier position: the event is not handled, nor dead again', async () => {
    await notes.publish([
      { subject: 'per', number: 1, id: 'per-1', value: Buffer.from('not avro at all') },
      { subject: 'per', number: 2, id: 'per-2' },
    ])
    await notes.untilParked(6)
    await samspill('dead', 'discard', notes.service, '--all', '--yes', ...why)
    await eventually('what waited goes on', async () => (await notes.parked()).length === 0)
    await running[Symbol.asyncDispose]()
    await notes.mend()
    await notes.database.query('update position set next_offset = 0')
    running = await notes.run()
    await notes.publish([{ subject: 'last', number: 1 }])
    await eventually('all is read again', async () => {
      const ends = await hub.kafka.topics.logEnds(notes.topic)
      const { rows } = await notes.database.query<{ read: number }>(
        'select sum(next_offset)::bigint as read from position',
      )
      return BigInt(rows[0]?.read ?? 0) === ends.reduce((sum, { latest }) => sum + latest, 0n)
    })
    expect(await notes.seen()).toEqual({ [kari]: [1, 3, 4], siv: [1], per: [2], last: [1] })
    expect(await notes.parked()).toEqual([])
  })
})

describe('what the brokers refuse', () => {
  test('is listed, shown, sent again and discarded beside the dead letters', async () => {
    await running[Symbol.asyncDispose]()
    const { rows } = await notes.database.query<{ id: number }>(
      `insert into outbox (event_id, type, topic, partition, key, value, headers, attempts, last_error_code, parked_at, retry_at)
       select 'out-' || n, 'nav.Granted', $1, 0, convert_to('key-' || n, 'utf8'), 'secret', '\\x00', 2, 'record-too-large', now(),
         now() + interval '1 hour'
       from generate_series(1, 2) as n returning id`,
      [`${notes.agency}.echoes`],
    )
    const [first, second] = rows.map(({ id }) => `outbox-${id}`)
    const listed = await samspill('dead', 'list', notes.service, '--code', 'record-too-large')
    expect(listed.text).toMatch(new RegExp(`^${first} +${notes.service} .* refused .* record-too-large`, 'm'))
    const shown = await samspill('dead', 'show', notes.service, first ?? '')
    expect(shown.text).toContain('refused by the brokers, 2 attempts')
    expect(shown.text).toContain('record-too-large: the brokers refuse it; the relay tries it again')
    expect(shown.text).not.toContain('secret')
    expect((await samspill('status')).text).toContain('2 events that the brokers refuse')

    running = await notes.run()
    const sent = await samspill('dead', 'redrive', notes.service, first ?? '', ...why)
    expect(sent.text).toContain('Outbox: 1 sent, 0 refused again, 0 not tried yet.')
    await samspill('dead', 'discard', notes.service, second ?? '', '--yes', ...why)
    expect((await notes.database.query('select from outbox')).rowCount).toBe(0)
    expect((await actions()).map(({ action }) => action)).toEqual(['discard', 'redrive'])
  })
})

interface Action {
  readonly by: string
  readonly reason: string
  readonly action: string
  readonly what: Readonly<Record<string, unknown>>
}

async function actions(): Promise<readonly Action[]> {
  const { text } = await samspill('dead', 'log', notes.service, '--json')
  return (JSON.parse(text) as { readonly actions: readonly Action[] }).actions
}

async function idOf(eventId: string): Promise<string> {
  const { rows } = await notes.database.query<{ id: number }>('select id from parked_event where event_id = $1', [
    eventId,
  ])
  return String(rows[0]?.id)
}
