import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import { endRequest, holdRequest, isConnectionLoss, releaseRequest, takeRequest } from '@samspill/postgres'
import type { Database, TakenRequest } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'
import type { Glances } from '../glances.ts'
import { reasonOf } from '../parking/reason-of-failure.ts'

/** What a request is worked on with. */
export interface RequestContext {
  /** Aborts when the service stops, when another process has taken the request, or when it was withdrawn. */
  readonly signal: AbortSignal
  /** Says how far it has come; whoever asked sees it within a second or two. Nothing personal. */
  report(progress: unknown): void
}

/**
 * Does what an operator asks, and gives the result as JSON. It may be run again by another process, from the start,
 * when this one dies: it must come to the same end however often it begins.
 */
export type RequestHandler = (request: TakenRequest, context: RequestContext) => Promise<unknown>

/** What requests a service takes, by kind. */
export type RequestHandlers = Readonly<Record<string, RequestHandler>>

/** What requests are taken with. */
export interface RequestRunnerOptions {
  readonly database: Database
  readonly glances: Pick<Glances, 'within'>
  readonly log: Log
  readonly handlers: RequestHandlers
  /** Milliseconds between looks for a request; 1,000 unless told otherwise. */
  readonly lookMilliseconds?: number
  /** Milliseconds between signs of life; 2,000 unless told otherwise. */
  readonly signMilliseconds?: number
}

/**
 * Takes what operators ask of this service, one request of each kind at a time, until it is disposed. Every process of
 * the service looks; one takes it. A request whose process dies is taken by another.
 */
export function startRequestRunner(options: RequestRunnerOptions): AsyncDisposable {
  const stopping = new AbortController()
  const running = takeRequests(options, stopping.signal)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

async function takeRequests(options: RequestRunnerOptions, signal: AbortSignal): Promise<void> {
  const { database, glances, log, handlers, lookMilliseconds = 1_000 } = options
  const underWay = new Map<string, Promise<void>>()
  // That the database is away, its other users say already.
  const warn = (message: string, error: unknown): void => void (isConnectionLoss(error) || log.warn(message, { error }))
  while (!signal.aborted) {
    try {
      const seen = await glances.within(lookMilliseconds, signal)
      while (seen?.someAsked === true && !signal.aborted && (await takeOne()));
    } catch (error) {
      warn('the requests of operators could not be looked for', error)
    }
  }
  await Promise.all(underWay.values())

  async function takeOne(): Promise<boolean> {
    // A request that takes long keeps nobody from asking for something else.
    const kinds = Object.keys(handlers).filter((kind) => !underWay.has(kind))
    const taken = kinds.length === 0 ? undefined : await takeRequest(database, kinds)
    if (taken === undefined) return false
    const { kind } = taken
    const working = work(taken, options, signal)
      .catch((error: unknown) => warn('the end of a request could not be noted; it is taken again', error))
      .finally(() => underWay.delete(kind))
    underWay.set(kind, working)
    return true
  }
}

async function work(taken: TakenRequest, options: RequestRunnerOptions, stopped: AbortSignal): Promise<void> {
  const { database, log, handlers, signMilliseconds = 2_000 } = options
  const given = new AbortController()
  let progress: unknown
  const handler = handlers[taken.kind]
  if (handler === undefined) throw new TypeError(`a request of the kind ${taken.kind} was taken, which nobody handles`)
  const signs = giveSigns()
  try {
    const result = await handler(taken, {
      signal: AbortSignal.any([stopped, given.signal]),
      report: (reported) => void (progress = reported),
    })
    await endRequest(database, taken, { state: 'done', result })
  } catch (error) {
    if (stopped.aborted) await releaseRequest(database, taken)
    else if (!given.signal.aborted) {
      log.warn('what an operator asked for failed', { error })
      const { code, sentence } = reasonOf(error)
      await endRequest(database, taken, { state: 'failed', result: { code, message: sentence } })
    }
  } finally {
    given.abort()
    await signs
  }

  async function giveSigns(): Promise<void> {
    while (!given.signal.aborted) {
      await rest(signMilliseconds, given.signal)
      if (given.signal.aborted) return
      try {
        if (await holdRequest(database, taken, progress)) continue
        given.abort(new HubError('request-lost', 'another process has taken the request, or it was withdrawn'))
      } catch (error) {
        if (!isConnectionLoss(error)) log.warn('a request is worked on, and its sign of life failed', { error })
      }
    }
  }
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
