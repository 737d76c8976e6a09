import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import { askService, migrate, openDatabase, readRequest, withdrawRequest } from '@samspill/postgres'
import type { Database, RequestState, RequestStatus } from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Glances } from '../src/glances.ts'
import { purgeEndedRequests } from '../src/operators/request-retention.ts'
import { startRequestRunner, type RequestHandler } from '../src/operators/request-runner.ts'

const nothing = (): void => undefined
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const asked = { kind: 'count', detail: { to: 3 }, by: 'kari', reason: 'to see how many' }

describe('a request of an operator', () => {
  const schema = `test-${randomBytes(6).toString('hex')}`
  let database: Database
  beforeAll(async () => {
    database = openDatabase({ url: process.env['SAMSPILL_DATABASE'] ?? '', schema, log })
    await migrate(database, schema)
  })
  beforeEach(() => database.query('truncate operator_request'))
  afterAll(async () => {
    await database.query(`drop schema "${schema}" cascade`)
    await database[Symbol.asyncDispose]()
  })

  test('is worked on by one of the processes, which says how far it is, and the result', async () => {
    const begun: number[] = []
    const count: RequestHandler = async ({ id, detail }, { report }) => {
      begun.push(id)
      report({ counted: 2 })
      await wait(200)
      return { counted: detail['to'] }
    }
    await using first = runner(count)
    await using second = runner(count)
    const id = await askService(database, asked)
    expect(await ended(id)).toMatchObject({
      state: 'done',
      attempts: 1,
      progress: { counted: 2 },
      result: { counted: 3 },
    })
    expect(begun).toEqual([id])
    expect(first).not.toBe(second)
  })

  test('that fails has the code and the sentence as its result, without anybody’s number', async () => {
    await using failing = runner(() =>
      Promise.reject(new HubError('rates-missing', 'no rates for 2020, asked for 01810050091')),
    )
    const id = await askService(database, asked)
    const result = { code: 'rates-missing', message: 'no rates for 2020, asked for [number]' }
    expect(await ended(id)).toMatchObject({ state: 'failed', result })
    expect(failing).toBeDefined()
  })

  test('is begun again by another process when its own gives no sign of life; the first one stops', async () => {
    const aborted = Promise.withResolvers<unknown>()
    await using hanging = runner(async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted.resolve(signal.reason)
    })
    const id = await askService(database, asked)
    await until(id, 'running')
    await database.query(`update operator_request set held_until = now() - interval '1 s', attempts = 2`)
    await using other = runner(() => Promise.resolve('from the other'))
    expect(await ended(id)).toMatchObject({ state: 'done', result: 'from the other' })
    expect(await aborted.promise).toMatchObject({ code: 'request-lost' })
    expect(hanging).not.toBe(other)
  })

  test('of a process that stops is left to the next one at once', async () => {
    const id = await askService(database, asked)
    const stopping = runner(async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      signal.throwIfAborted()
    })
    await until(id, 'running')
    await stopping[Symbol.asyncDispose]()
    expect(await readRequest(database, id)).toMatchObject({ state: 'asked' })
    await using next = runner(() => Promise.resolve('done by the next'))
    expect(await ended(id)).toMatchObject({ result: 'done by the next', attempts: 2 })
    expect(next).toBeDefined()
  })

  test('that is withdrawn stops where it is', async () => {
    const aborted = Promise.withResolvers<void>()
    await using running = runner(async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted.resolve()
    })
    const id = await askService(database, asked)
    await until(id, 'running')
    await withdrawRequest(database, id)
    await aborted.promise
    expect(await readRequest(database, id)).toMatchObject({ state: 'withdrawn', result: null })
    expect(running).toBeDefined()
  })

  test('is removed when it has ended for a month; one that is open never', async () => {
    const ids = await Promise.all([asked, asked, asked].map((request) => askService(database, request)))
    const [old = 0, recent = 0, open = 0] = ids
    await withdrawRequest(database, old)
    await withdrawRequest(database, recent)
    await database.query(`update operator_request set asked_at = now() - interval '90 days'`)
    await database.query(`update operator_request set ended_at = now() - interval '31 days' where id = $1`, [old])
    await purgeEndedRequests({ database, log, now: Date.now }, new AbortController().signal)
    expect(await readRequest(database, old)).toBeUndefined()
    expect(await readRequest(database, recent)).toMatchObject({ state: 'withdrawn' })
    expect(await readRequest(database, open)).toMatchObject({ state: 'asked' })
  })

  function runner(count: RequestHandler): AsyncDisposable {
    const glances = new Glances({ database, now: Date.now })
    return startRequestRunner({
      database,
      glances,
      log,
      handlers: { count },
      lookMilliseconds: 20,
      signMilliseconds: 50,
    })
  }

  async function until(id: number, ...states: readonly RequestState[]): Promise<RequestStatus> {
    return await vi.waitUntil(
      async () => {
        const status = await readRequest(database, id)
        return status !== undefined && states.includes(status.state) && status
      },
      { timeout: 20_000, interval: 20 },
    )
  }

  async function ended(id: number): Promise<RequestStatus> {
    return await until(id, 'done', 'failed')
  }
})
