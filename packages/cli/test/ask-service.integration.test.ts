import { randomBytes } from 'node:crypto'
import {
  askService,
  endRequest,
  migrate,
  openDatabase,
  readRequest,
  takeRequest,
  type Database,
  type TakenRequest,
} from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { askAndWait } from '../src/operators/ask-service.ts'

const nothing = (): void => undefined
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const count = { kind: 'count', detail: {}, by: 'kari', reason: 'to see how many' }

describe('what is asked of a service', () => {
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

  test('is not answered where no process of it runs', async () => {
    await expect(ask()).rejects.toThrow(expect.objectContaining({ code: 'service-not-running' }))
    expect(await states()).toEqual(['withdrawn'])
  })

  test('waits while a process does the same for somebody else, and says so', async () => {
    const told: string[] = []
    await askService(database, count)
    const other = await taken()
    const answer = ask((line) => told.push(line))
    await vi.waitUntil(async () => (await states()).length === 2)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await endRequest(database, other, { state: 'done', result: 1 })
    await endRequest(database, await taken(), { state: 'done', result: 2 })
    expect(await answer).toBe(2)
    expect(told).toEqual(['  the service does the same for somebody else: this waits for that to end'])
  })

  test('is given up where the process that took it is gone, and no other takes it', async () => {
    const answer = ask()
    const { id } = await taken()
    await database.query(`update operator_request set held_until = now() - interval '1 s'`)
    await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'service-not-running' }))
    expect(await readRequest(database, id)).toMatchObject({ state: 'withdrawn', inHand: false })
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('is taken back by %s, also while it is worked on', async (signal) => {
    const answer = ask()
    await taken()
    process.emit(signal, signal)
    await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'request-withdrawn' }))
    expect(await states()).toEqual(['withdrawn'])
  })

  test('is taken by nobody once whoever asked has been killed', async () => {
    await askService(database, count)
    await database.query(`update operator_request set held_until = now() - interval '1 s'`)
    expect(await takeRequest(database, ['count'])).toBeUndefined()
    expect(await states()).toEqual(['withdrawn'])
  })

  function ask(tell: (line: string) => void = nothing): Promise<unknown> {
    const answer = askAndWait(database, 'counter', count, { tell, takenWithinMilliseconds: 1_000 })
    answer.catch(nothing)
    return answer
  }

  async function taken(): Promise<TakenRequest> {
    return await vi.waitUntil(() => takeRequest(database, ['count']), { timeout: 5_000 })
  }

  async function states(): Promise<readonly string[]> {
    const { rows } = await database.query<{ state: string }>('select state from operator_request order by id')
    return rows.map(({ state }) => state)
  }
})
