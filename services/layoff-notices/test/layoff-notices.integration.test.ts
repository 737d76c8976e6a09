import { randomUUID } from 'node:crypto'
import { connectTestHub, eventually, type TestHub } from '@samspill/testing'
import { startProcess, type RunningProcess } from '@samspill/service'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { layoffNotices } from '../src/service.ts'

let hub: TestHub
let running: RunningProcess
beforeAll(async () => {
  hub = await connectTestHub()
  running = await startProcess([layoffNotices], { config: { ...hub.config, http: { host: '127.0.0.1', port: 0 } } })
  await running.started
})
afterAll(async () => {
  await running?.[Symbol.asyncDispose]()
  await hub?.[Symbol.asyncDispose]()
})

const notice = (changes: object = {}) => ({
  id: randomUUID(),
  type: 'PERMITTERING_UTEN_LØNN',
  antallBerorte: 12,
  bedriftsnummer: '974760673',
  sendtInnTidspunkt: '2020-03-18T10:19:30.000Z',
  startDato: '2020-03-23',
  årsakskode: 'PÅLEGG_FRA_OFFENTLIG_MYNDIGHET',
  yrkeskategorier: [],
  ...changes,
})

async function send(body: unknown, contentType = 'application/json'): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${running.url}/layoff-notices`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, answer: await response.json() }
}

/** How many events of the service have been handed to the brokers or wait for it. */
async function published(): Promise<number> {
  await eventually('the outbox is empty', async () => {
    const { rows } = await hub.schema('layoff-notices').query<{ left: string }>('select count(*) as left from outbox')
    return Number(rows[0]?.left) === 0
  })
  const ends = await hub.kafka.topics.logEnds('nav.layoff-notices')
  return ends.reduce((sum, { latest }) => sum + Number(latest), 0)
}

describe('the door for layoff notices', () => {
  test('takes a notice and publishes it once, also when it is sent twice', async () => {
    const before = await published()
    const sent = notice()
    expect(await send(sent)).toEqual({ status: 202, answer: { noticeId: sent.id, result: 'notified' } })
    expect(await send(sent)).toEqual({ status: 200, answer: { noticeId: sent.id, result: 'repeated' } })
    expect(await published()).toBe(before + 1)
  })

  test('takes the same notice once when it is sent many times at once', async () => {
    const before = await published()
    const sent = notice()
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(sent)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 202])
    expect(await published()).toBe(before + 1)
  })

  test('takes a withdrawal with the same id', async () => {
    const before = await published()
    const sent = notice()
    await send(sent)
    const withdrawal = { ...sent, trukketTidspunkt: '2020-03-19T08:00:00Z' }
    expect(await send(withdrawal)).toMatchObject({ status: 202, answer: { result: 'withdrawn' } })
    expect(await send(withdrawal)).toMatchObject({ status: 200, answer: { result: 'repeated' } })
    expect(await published()).toBe(before + 2)
  })

  test('refuses other content under an id that is known', async () => {
    const sent = notice()
    await send(sent)
    const refused = await send({ ...sent, antallBerorte: 13 })
    expect(refused).toMatchObject({ status: 409, answer: { code: 'notice-differs' } })
  })

  test('refuses a notice that was withdrawn before it was sent', async () => {
    const sent = notice()
    await send({ ...sent, trukketTidspunkt: '2020-03-19T08:00:00Z' })
    expect(await send(sent)).toMatchObject({ status: 409, answer: { code: 'notice-withdrawn' } })
  })

  test('names every broken field, as problem+json', async () => {
    const refused = await send(notice({ bedriftsnummer: 910825526, årsakskode: undefined, startDato: 'i morgen' }))
    expect(refused).toMatchObject({
      status: 422,
      answer: {
        code: 'notice-invalid',
        errors: [{ path: 'årsakskode' }, { path: 'bedriftsnummer' }, { path: 'startDato' }],
      },
    })
  })

  test.each([
    ['{"id":', 'application/json', 400],
    ['{}', 'text/plain', 415],
    [`"${'x'.repeat(1_100_000)}"`, 'application/json', 413],
  ])('answers a body that cannot be read with its own status', async (body, contentType, status) => {
    expect(await send(body, contentType)).toMatchObject({ status, answer: { status } })
  })
})
