import { timestamp } from '@samspill/contracts'
import { createApp, listen } from '@samspill/http'
import { DatabaseUnavailable, StatementError, type Database } from '@samspill/postgres'
import { startTelemetry } from '@samspill/telemetry'
import { describe, expect, test } from 'vitest'
import { addDoor, openDoor } from '../src/door-routes.ts'
import type { Publish } from '../src/door.ts'
import type { StartedService } from '../src/start-service.ts'

const deadlock = new StatementError('statement-failed', 'deadlock', { sqlState: '40P01' })

describe("a service's own door", () => {
  test('does the work again after a deadlock', async () => {
    expect(await answerOver([deadlock, deadlock, undefined])).toMatchObject({ status: 204 })
  })

  test('gives up where the deadlocks do not end', async () => {
    expect(await answerOver([deadlock, deadlock, deadlock, undefined])).toMatchObject({ status: 500 })
  })

  test('answers 503 while the database is away, and says when to come again', async () => {
    const answer = await answerOver([new DatabaseUnavailable('away')])
    expect(answer).toMatchObject({ status: 503, problem: { code: 'database-unavailable' } })
    expect(answer.retryAfter).toBe('5')
  })
})

test('an event that is published when its transaction is over is refused, and not lost in silence', async () => {
  const lines: string[] = []
  await using telemetry = startTelemetry({
    service: 'door',
    logLevel: 'error',
    output: { write: (line) => lines.push(line) },
  })
  const { log, tracing } = telemetry
  let later: Publish | undefined
  const database = { transaction: (work: (transaction: object) => unknown) => work({}) }
  const started = { publishing: {}, wakeRelay: () => undefined } as unknown as StartedService
  const door = openDoor({
    database: database as unknown as Database,
    tracing,
    log,
    now: () => timestamp(0),
    newId: () => 'id',
    started: () => started,
  })
  await door.transaction(async (_transaction, publish) => {
    later = publish
  })
  expect(() => later?.([])).toThrow(expect.objectContaining({ code: 'transaction-over' }))
  expect(lines).toHaveLength(1)
})

/** Asks a door once; its transactions fail in turn as told, `undefined` succeeds. */
async function answerOver(failures: readonly (Error | undefined)[]) {
  await using telemetry = startTelemetry({ service: 'door', logLevel: 'error', output: { write: () => undefined } })
  const { log, metrics, tracing } = telemetry
  const left = [...failures]
  const database = {
    transaction: () => {
      const failure = left.shift()
      return failure === undefined ? Promise.resolve() : Promise.reject(failure)
    },
  }
  const routes = (router: Parameters<typeof addDoor>[0]): void =>
    addDoor(
      router,
      (door) => ({
        '/work': {
          post: async (_request, response) => {
            await door.transaction(() => Promise.resolve())
            response.statusCode = 204
            response.end()
          },
        },
      }),
      {
        database: database as unknown as Database,
        tracing,
        log,
        now: () => timestamp(0),
        newId: () => 'id',
        started: () => ({ wakeRelay: () => undefined }) as StartedService,
      },
    )
  await using server = await listen(createApp({ log, metrics, notReady: () => [], routes }), { port: 0 })
  const response = await fetch(`${server.url}/work`, { method: 'POST' })
  const text = await response.text()
  const problem: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, retryAfter: response.headers.get('retry-after'), problem }
}
