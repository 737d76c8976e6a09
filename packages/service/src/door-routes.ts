import { HubError, type NewEvent, type Timestamp } from '@samspill/contracts'
import { problem, type RequestHandler, type Router } from '@samspill/http'
import { isConnectionLoss, isTransient, type Database } from '@samspill/postgres'
import type { Log, Tracing } from '@samspill/telemetry'
import type { Door, DoorMethods, Routes } from './door.ts'
import { eventList } from './event-list.ts'
import { appendEvents, prepareEvents } from './publishing/publish-events.ts'
import type { StartedService } from './start-service.ts'

/** What a door is opened with. */
export interface DoorSurroundings {
  readonly database: Database
  readonly tracing: Tracing
  readonly log: Log
  readonly now: () => Timestamp
  readonly newId: () => string
  /** The started service. Throws a problem 503 before that. */
  started(): StartedService
}

/** Adds a service's own addresses to a router; each request is a server span that goes on with the caller's trace. */
export function addDoor(router: Router, routes: Routes, surroundings: DoorSurroundings): void {
  for (const [path, methods] of Object.entries(routes(openDoor(surroundings)))) {
    const traced = Object.entries(methods).map(([method, handler]) => [
      method,
      tracedHandler(method.toUpperCase(), path, handler, surroundings.tracing),
    ])
    router.route(path, Object.fromEntries(traced) as DoorMethods)
  }
}

/** Opens the door that a service's routes work with. */
export function openDoor(surroundings: DoorSurroundings): Door {
  const { database, log, now, newId } = surroundings
  return {
    log,
    now,
    newId,
    async transaction(work) {
      const { publishing, wakeRelay } = surroundings.started()
      const result = await unlessTransient(() =>
        database.transaction(async (transaction) => {
          const announced: NewEvent[] = []
          let over = false
          const worked = await work(transaction, (events) => {
            if (over) throw tooLate(log)
            announced.push(...eventList(events))
          })
          over = true
          await appendEvents(transaction, prepareEvents(announced, {}, publishing))
          return worked
        }),
      )
      wakeRelay()
      return result
    },
  }
}

/** A deadlock with one of the service's batches is nobody's failure; a database that is away is not the caller's. */
async function unlessTransient<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (isConnectionLoss(error)) {
        const away =
          'The database of this service is away: what was asked may stand or not. Send the request again later.'
        throw problem(503, 'database-unavailable', away, { retryAfter: 5, cause: error })
      }
      if (!isTransient(error) || attempt === attempts) throw error
    }
  }
}

const attempts = 3

/** Told in the log too: whoever publishes this late has forgotten a promise, and hears of no error either. */
function tooLate(log: Log): HubError {
  const error = new HubError(
    'transaction-over',
    'an event was published after its transaction had ended: await every promise of the work before it returns',
  )
  log.error(error.message, { error })
  return error
}

function tracedHandler(method: string, path: string, handler: RequestHandler, tracing: Tracing): RequestHandler {
  return async (request, response, parameters) => {
    const { traceparent, tracestate } = request.headers
    const parent =
      typeof traceparent === 'string'
        ? { parent: { traceparent, ...(typeof tracestate === 'string' ? { tracestate } : {}) } }
        : {}
    const attributes = { 'http.request.method': method, 'http.route': path } as const
    await tracing.span(`${method} ${path}`, { kind: 'server', ...parent, attributes }, async (span) => {
      await handler(request, response, parameters)
      span.set({ 'http.response.status_code': response.statusCode })
    })
  }
}
