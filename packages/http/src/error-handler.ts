import { HubError, RetryLater } from '@samspill/contracts'
import type { ErrorRequestHandler, Response } from 'express'
import type { Log } from '@samspill/telemetry'
import { HttpProblem, problem } from './problem.ts'

/** An express error handler that answers every failure with problem+json: no page of HTML, no stack, no data. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const found = problemOf(error)
    if (found.status >= 500 && !(error instanceof HttpProblem)) {
      log.error('a request failed inside the hub', { error, reason: found.code })
    }
    if (response.headersSent) {
      // Half an answer cannot be taken back: the connection's end is what tells the client.
      request.socket.destroy()
      return
    }
    sendProblem(response, found)
  }
}

/** Sends a problem as the answer, with its status and headers; `members` are extension members of its own kind. */
export function sendProblem(response: Response, found: HttpProblem, members?: Readonly<Record<string, unknown>>): void {
  const body = JSON.stringify({ ...found.toProblem(), ...members })
  response.statusCode = found.status
  for (const [name, value] of Object.entries(found.headers)) response.setHeader(name, value)
  response.setHeader('Content-Type', 'application/problem+json')
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(body)
}

/**
 * The problem that an error is to the client. What is not a problem already, and not the client's doing, becomes a
 * 500 that says nothing of the inside.
 */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof RetryLater) {
    return problem(503, error.code, 'Something this service needs is away. Send the request again later.', {
      retryAfter: Math.max(1, Math.ceil(error.afterMilliseconds / 1000)),
      cause: error,
    })
  }
  const status = clientStatusOf(error)
  if (status !== undefined) {
    const [code, detail] = clientProblems[status] ?? ['request-invalid', 'The request cannot be understood.']
    return problem(status, code, detail, { cause: error })
  }
  const code = error instanceof HubError ? error.code : 'internal-error'
  return problem(500, code, 'Something failed inside the hub; it has been logged. The request itself may be fine.', {
    cause: error,
  })
}

/** What express, its router and body-parser mean by the statuses they put on errors; their own texts quote the body. */
const clientProblems: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['request-invalid', 'The request cannot be read: its path, headers or body are malformed.'],
  404: ['not-found', 'There is nothing at this address.'],
  408: ['request-timeout', 'The request took too long to arrive.'],
  413: ['body-too-large', 'The body is larger than this address takes.'],
  415: ['media-type-unsupported', 'The body is in a format that this address does not take.'],
  431: ['headers-too-large', 'The request headers are larger than this server takes.'],
}

function clientStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || error instanceof HubError) return undefined
  const status = 'status' in error ? error.status : 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}
