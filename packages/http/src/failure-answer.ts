import type { IncomingMessage, ServerResponse } from 'node:http'
import { HubError, RetryLater } from '@samspill/contracts'
import type { Log } from '@samspill/telemetry'
import { sendText } from './answer.ts'
import { HttpProblem, problem } from './problem.ts'

/** Answers a failure with problem+json: no page of HTML, no stack, no data. */
export function answerFailure(error: unknown, request: IncomingMessage, response: ServerResponse, log: Log): void {
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

/** Sends a problem as the answer, with its status and headers; `members` are extension members of its own kind. */
export function sendProblem(
  response: ServerResponse,
  found: HttpProblem,
  members?: Readonly<Record<string, unknown>>,
): void {
  const body = JSON.stringify({ ...found.toProblem(), ...members })
  sendText(response, found.status, 'application/problem+json', body, found.headers)
}

/**
 * The problem that an error is to the client. What is not a problem already becomes a 500 that says nothing of the
 * inside.
 */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof RetryLater) {
    return problem(503, error.code, 'Something this service needs is away. Send the request again later.', {
      retryAfter: Math.max(1, Math.ceil(error.afterMilliseconds / 1000)),
      cause: error,
    })
  }
  const code = error instanceof HubError ? error.code : 'internal-error'
  return problem(500, code, 'Something failed inside the hub; it has been logged. The request itself may be fine.', {
    cause: error,
  })
}
