import { describe, expect, test } from 'vitest'
import { parkedText } from '../src/commands/status.ts'
import { actionsText } from '../src/dead/action-log.ts'
import { lossText } from '../src/dead/discard.ts'
import { dryRunText } from '../src/dead/dry-run.ts'
import { waitingText, type Waiting } from '../src/dead/list.ts'
import { countsText } from '../src/dead/parked-counts.ts'
import { reportText, type RedriveReport } from '../src/dead/redrive.ts'
import { shownText } from '../src/dead/show.ts'
import { fakeTerminal } from './fake-terminal.ts'

const terminal = fakeTerminal()
const now = (): number => Date.parse('2020-03-20T12:00:00Z')
const letter: Waiting['deadLetters'][number] = {
  id: 17,
  service: 'wage-compensation',
  stream: 'nav.layoffs',
  source: '/nav/layoffs',
  eventId: '8c0e6f5e',
  type: 'nav.layoffs.LayoffRegistered',
  state: 'dead',
  attempts: 12,
  code: 'handler-failed',
  reason: 'the handler threw RangeError',
  parkedAt: new Date('2020-03-20T09:00:00Z'),
  failedAt: new Date('2020-03-20T10:00:00Z'),
  diedAt: new Date('2020-03-20T10:00:00Z'),
  retryAt: undefined,
  behind: 3,
  topic: 'nav.layoffs',
  partition: 2,
  offset: '522',
  recordedAt: new Date('2020-03-20T08:59:00Z'),
  traceparent: undefined,
}

describe('the list', () => {
  const shown = (waiting: Partial<Waiting>): string =>
    waitingText(
      { deadLetters: [], refused: [], stopped: [], more: false, triedAgain: 0, ...waiting },
      { now, limit: 50, retrying: false },
      terminal,
    )

  test('says so where nothing waits', () => {
    expect(shown({})).toBe('There are no dead letters.')
    expect(shown({ triedAgain: 1 })).toBe(
      'There are no dead letters; 1 event is tried again without a person:  samspill dead list --retrying',
    )
  })

  test('says so where nothing fits the filters, which is not the same', () => {
    const none = { deadLetters: [], refused: [], stopped: [], more: false, triedAgain: 0 }
    const options = { now, limit: 50, retrying: false, code: 'id-reused' }
    expect(waitingText(none, options, terminal)).toBe(
      'No dead letter fits the filters. Without them:  samspill dead list',
    )
  })

  test('has a line for each dead letter, and what to do next', () => {
    const text = shown({ deadLetters: [letter] })
    expect(text).toMatch(
      /^17 +wage-compensation +nav\.layoffs +LayoffRegistered +dead +2 h +12 +3 +handler-failed: the/m,
    )
    expect(text).toContain('samspill dead show wage-compensation 17')
    expect(text).toContain('samspill dead redrive wage-compensation --dry-run')
  })

  test('marks what is tried again, what the brokers refuse, and what stands still as what it is', () => {
    const retrying = { ...letter, state: 'retrying' as const, retryAt: new Date(now() + 90_000) }
    const refused = {
      ...{ id: 4, service: 'wage-compensation', eventId: 'e', type: 'nav.benefits.WageCompensationGranted' },
      ...{ topic: 'nav.benefits', partition: 0, code: 'record-too-large', attempts: 2, behind: 0 },
      ...{ parkedAt: new Date(now() - 60_000), retryAt: new Date(now()), createdAt: new Date(now()) },
    }
    const stopped = {
      ...{ service: 'career-guidance', topic: 'nav.layoffs', partition: 0, offset: '7' },
      ...{ code: 'records-expired', reason: '9 records have expired', since: '2020-03-20T10:00:00Z' },
    }
    const text = shown({ deadLetters: [retrying], refused: [refused], stopped: [stopped], more: true })
    expect(text).toContain('tried in 90 s')
    expect(text).toMatch(/^outbox-4 +wage-compensation +nav\.benefits +WageCompensationGranted +refused +60 s/m)
    expect(text).toMatch(/^career-guidance +nav\.layoffs +0 +7 +2 h +records-expired: 9 records have expired/m)
    expect(text).toContain('samspill resume career-guidance nav.layoffs 0 --reason "…"')
    expect(text).toContain('There is more')
  })
})

test('what is shown can be tried where it stands first of its subject, not where it waits behind another', () => {
  const shown = (state: string): string => shownText({ ...letter, id: '17', state }, now(), terminal)
  expect(shown('dead')).toContain('samspill dead redrive wage-compensation 17')
  expect(shown('refused by the brokers')).toContain('samspill dead redrive wage-compensation 17')
  expect(shown('retrying')).toContain('samspill dead redrive wage-compensation 17')
  expect(shown('waiting')).not.toContain('dead redrive')
})

describe('the status', () => {
  const nothing = { dead: 0, retrying: 0, waiting: 0, refused: 0 }

  test('says how much is parked, and where to look', () => {
    expect(countsText({ service: 'ingress', ...nothing, dead: 1, retrying: 2, waiting: 12, refused: 1 })).toBe(
      'ingress has 1 dead letter, 2 events that are tried again, 12 events waiting behind them and 1 event that the ' +
        'brokers refuse: look with `samspill dead list ingress`',
    )
    expect(countsText({ service: 'ingress', ...nothing, retrying: 1 })).toBe(
      'ingress has 1 event that is tried again: look with `samspill dead list ingress --retrying`',
    )
    expect(countsText({ service: 'ingress', ...nothing, dead: 100_000 })).toContain('at least 100,000 dead letters')
    expect(parkedText([], terminal)).toEqual([])
  })
})

describe('a dry run', () => {
  test('says how many would pass, and groups those that would not by their cause', () => {
    const cause = { stream: 'nav.layoffs', type: null, code: 'handler-failed', reason: 'the handler threw RangeError' }
    const fail = [18, 21].map((id) => ({ id, ...cause, behind: 2 }))
    const text = dryRunText(
      { subjects: 7, pass: 9, fail, behind: 4, busy: 0, untried: 0 },
      'wage-compensation',
      terminal,
    )
    expect(text).toContain('9 events would pass, 2 would fail, 4 would wait behind those (7 subjects)')
    expect(text).toMatch(/^2 +18, 21 +handler-failed: the handler threw RangeError$/m)
    expect(text).toContain('Nothing was changed.')
  })

  test('of nothing says so', () => {
    const none = { subjects: 0, pass: 0, fail: [], behind: 0, busy: 0, untried: 0 }
    expect(dryRunText(none, 'wage-compensation', terminal)).toBe('No dead letter is meant by this.')
  })
})

describe('a redrive', () => {
  const report: RedriveReport = {
    ...{ deadLetters: 3, events: 9, handled: 5, waiting: 0, failedAgain: [] },
    deadAgain: [
      { id: 19, stream: 'nav.layoffs', code: 'permanent-failure', reason: 'the employer has gone', behind: 3 },
    ],
    outbox: { retried: 2, refusedAgain: [{ id: 4, code: 'record-too-large' }], waiting: 0 },
  }

  test('says what became of each', () => {
    const text = reportText(report, { service: 'wage-compensation', wait: true }, terminal)
    expect(text).toContain('5 handled, 1 dead again, 0 failed and tried again later, 0 not tried yet.')
    expect(text).toContain('Outbox: 1 sent, 1 refused again')
    expect(text).toMatch(/^19 +3 +permanent-failure: the employer has gone$/m)
  })

  test('that nobody takes up asks whether the service runs', () => {
    const text = reportText({ ...report, waiting: 4 }, { service: 'wage-compensation', wait: true }, terminal)
    expect(text).toContain('is wage-compensation running?')
  })

  test('that is not waited for says where to look', () => {
    const text = reportText(report, { service: 'wage-compensation', wait: false }, terminal)
    expect(text).toBe('Look at what becomes of them: samspill dead list wage-compensation --retrying')
  })
})

test('a discard says before how many it gives up, and what goes on', () => {
  expect(lossText('ingress', { deadLetters: 3, behind: 1 }, 2)).toBe(
    '3 events of ingress will never be handled, and 2 events from its outbox will never be sent; 1 event behind them ' +
      'goes on.',
  )
  expect(lossText('ingress', { deadLetters: 1, behind: 0 }, 0)).toContain('1 event of ingress will never be handled.')
})

test('the log says who, when, what and why', () => {
  const action = {
    ...{ id: 1, by: 'kari', reason: 'mended in 1.4.2', action: 'redrive', at: new Date(now()) },
    ...{ service: 'ingress', what: { deadLetters: 3, events: 9, ids: [1, 2, 3] } },
  }
  expect(actionsText([action])).toMatch(
    /^2020-03-20T12:00:00Z +kari +ingress +redrive +3 dead, 9 with those behind +mended in 1\.4\.2$/m,
  )
  const other = (name: string, what: object): string => actionsText([{ ...action, action: name, what: { ...what } }])
  const events = [1, 2, 3, 4].map((id) => ({ id, eventId: id === 2 ? null : `e${id}` }))
  expect(other('discard', { deadLetters: 5, events })).toContain('1 (e1), 2, 3 (e3) and 2 more ')
  expect(other('discard', { outboxRows: 1, events: events.slice(0, 1) })).toContain('1 (e1) of the outbox ')
  expect(other('reveal', { id: '17', eventId: 'e17' })).toContain(' 17, event e17 ')
  expect(other('resume', { topic: 't', partition: 1, from: '2', to: '5', lost: 'unknown' })).toContain(
    't 1, 2 to 5: unk',
  )
  expect(other('rebuild', { events: 3 })).toContain('events 3')
  expect(actionsText([])).toContain('Nobody has')
})
