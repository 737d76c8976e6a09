import { organisationChanged, organisationDeleted, organisationRegistered } from '@samspill/schemas'
import { RetryLater, timestamp, type PollContext, type Polled } from '@samspill/service'
import { startEnhetsregisteret, type ListedUpdate } from '@samspill/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { organisationRegister } from '../src/service.ts'

const brreg = '974760673'
const nav = '889640782'
const digdir = '991825827'

let register: Awaited<ReturnType<typeof startEnhetsregisteret>>
beforeEach(async () => {
  register = await startEnhetsregisteret()
  return () => register[Symbol.asyncDispose]()
})

const warnings: unknown[] = []
beforeEach(() => void (warnings.length = 0))
const log: PollContext['log'] = {
  debug: () => undefined,
  info: (message) => void warnings.push(message),
  warn: (message, fields) => void warnings.push([message, fields]),
  error: () => undefined,
}

function poll(cursor?: string, pageSize = 100): Promise<Polled | 'nothing-new'> {
  const feed = organisationRegister({ baseUrl: register.url, everyMilliseconds: 1_000, pageSize })
  return Promise.resolve(feed.poll(contextAt(cursor)))
}

const contextAt = (cursor: string | undefined): PollContext => ({
  cursor,
  signal: new AbortController().signal,
  log,
  now: () => timestamp('2020-03-20T07:00:00Z'),
})

const update = (id: number, number: string, kind: string, more: Partial<ListedUpdate> = {}): ListedUpdate => ({
  oppdateringsid: id,
  dato: '2020-03-20T08:30:00.000Z',
  organisasjonsnummer: number,
  endringstype: kind,
  ...more,
})

async function eventsOf(polled: Promise<Polled | 'nothing-new'>): Promise<Polled> {
  const found = await polled
  if (found === 'nothing-new') throw new Error('the poll found nothing new')
  return found
}

describe('the feed of the organisation register', () => {
  test('tells what is new, changed, deleted and removed, in the order of the ids, over their gaps', async () => {
    register.describe(brreg, {
      navn: 'REGISTERENHETEN I BRØNNØYSUND',
      organisasjonsform: { kode: 'ORGL' },
      naeringskode1: { kode: '84.110' },
      forretningsadresse: { kommunenummer: '1813' },
      overordnetEnhet: nav,
    })
    const endringer = [
      { op: 'replace', path: '/navn', value: 'BRØNNØYSUNDREGISTRENE' },
      { op: 'remove', path: '/hjemmeside' },
    ]
    register.list(
      update(7, brreg, 'Ny'),
      update(12, brreg, 'Endring', { endringer }),
      update(13, brreg, 'Ukjent'),
      update(40, brreg, 'Sletting'),
      update(41, digdir, 'Fjernet'),
    )
    const { events, cursor, more } = await eventsOf(poll('id 7'))
    expect(events.map(({ type, data }) => ({ type, data }))).toMatchObject([
      {
        type: organisationRegistered.type,
        data: {
          organisationNumber: brreg,
          updateId: 7,
          changedAt: Date.parse('2020-03-20T08:30:00Z'),
          name: 'REGISTERENHETEN I BRØNNØYSUND',
          form: 'ORGL',
          industryCode: '84.110',
          municipality: '1813',
          parent: nav,
        },
      },
      {
        type: organisationChanged.type,
        data: {
          changes: [
            { operation: 'REPLACE', path: '/navn', value: '"BRØNNØYSUNDREGISTRENE"' },
            { operation: 'REMOVE', path: '/hjemmeside', value: null },
          ],
        },
      },
      { type: organisationChanged.type, data: { updateId: 13, changes: [] } },
      { type: organisationDeleted.type, data: { kind: 'DELETED' } },
      { type: organisationDeleted.type, data: { organisationNumber: digdir, kind: 'REMOVED' } },
    ])
    expect({ cursor, more }).toEqual({ cursor: 'id 42', more: false })
    expect(register.asked[0]).toContain('includeChanges=true')
  })

  test('tells only the number of what is new and gone from the open data by now (410)', async () => {
    register.list(update(1, digdir, 'Ny'), update(2, digdir, 'Fjernet'))
    const { events } = await eventsOf(poll('id 1'))
    expect(events[0]?.data).toMatchObject({ organisationNumber: digdir, name: null, form: null, municipality: null })
  })

  test('begins at a moment, and keeps that moment while nothing has come', async () => {
    expect(await poll()).toEqual({ events: [], cursor: 'moment 2020-03-20T07:00:00.000Z', more: false })
    expect(await poll('moment 2020-03-20T07:00:00.000Z')).toBe('nothing-new')
    expect(register.asked[0]).toContain('dato=2020-03-20T07%3A00%3A00.000Z')
  })

  test('takes an answer without _embedded for an empty one', async () => {
    register.list(update(5, brreg, 'Endring'))
    expect(await poll('id 6')).toBe('nothing-new')
  })

  test('goes on at once when the page was full', async () => {
    register.list(update(3, brreg, 'Endring'), update(9, brreg, 'Endring'), update(11, brreg, 'Endring'))
    expect(await poll('id 1', 2)).toMatchObject({ cursor: 'id 10', more: true })
    expect(await poll('id 10', 2)).toMatchObject({ cursor: 'id 12', more: false })
  })

  test('passes over a kind of update that nobody has told of, and says how many', async () => {
    register.list(update(3, brreg, 'Splittet'), update(4, brreg, 'Endring'))
    const { events, cursor } = await eventsOf(poll('id 1'))
    expect(events).toHaveLength(1)
    expect(cursor).toBe('id 5')
    expect(warnings).toEqual([['updates of an unknown endringstype were passed over', { count: 1 }]])
  })

  test('is idle and says so once where nobody told it where the register is', async () => {
    const feed = organisationRegister({ baseUrl: undefined, everyMilliseconds: 1_000, pageSize: 100 })
    expect(await feed.poll(contextAt(undefined))).toBe('nothing-new')
    expect(await feed.poll(contextAt(undefined))).toBe('nothing-new')
    expect(warnings).toEqual(['the feed is idle: SAMSPILL_ENHETSREGISTERET does not say where the register is'])
  })
})

describe('a register that does not answer as it should', () => {
  test.each([
    [429, { 'retry-after': '7' }, 7_000],
    [503, {}, 10_000],
  ] as const)('is asked later again after %i', async (status, headers, afterMilliseconds) => {
    register.answerNext({ status, headers })
    const failure = await poll('id 1').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RetryLater)
    expect(failure).toMatchObject({ afterMilliseconds })
  })

  test('is asked later again when it is away', async () => {
    await register[Symbol.asyncDispose]()
    await expect(poll('id 1')).rejects.toBeInstanceOf(RetryLater)
    register = await startEnhetsregisteret()
  })

  test.each([
    ['a redirect', { status: 302, headers: { location: 'http://example.org/' } }, /status 302/],
    ['a page of HTML', { status: 200, body: '<html>' }, /not JSON/],
    ['a list', { status: 200, body: '[]' }, /no object as the list of updates/],
    ['no list inside', { status: 200, body: '{"_embedded":{}}' }, /oppdaterteEnheter/],
    [
      'an update without an id',
      { status: 200, body: '{"_embedded":{"oppdaterteEnheter":[{"endringstype":"Ny"}]}}' },
      /no oppdateringsid in update number 1/,
    ],
    ['too much', { status: 200, body: `"${'x'.repeat(33_000_000)}"` }, /more than 32000000 bytes/],
  ])('is refused when it answers with %s', async (_what, answer, message) => {
    register.answerNext(answer)
    const failure = await poll('id 1').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'register-answer-unexpected' })
    expect(String(failure)).toMatch(message)
  })
})
