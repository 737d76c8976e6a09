import type { ServerResponse } from 'node:http'
import { HttpProblem, sendJson, sendProblem, type Problem } from '@samspill/http'

/** What became of one event of a request. */
export type EventResult = AcceptedEvent | RefusedEvent | UnknownEvent

/** All in-sync replicas have it. */
export interface AcceptedEvent {
  readonly id: string
  readonly source: string
  readonly status: 'accepted'
  readonly stream: string
  readonly partition: number
  readonly offset: number
}

/** It has surely not been published. */
export interface RefusedEvent {
  /** Null where the event does not say, or says something that must not be repeated. */
  readonly id: string | null
  readonly source: string | null
  readonly status: 'refused'
  readonly problem: HttpProblem
}

/** It may have been published: send it again with the same id and source, then it counts once. */
export interface UnknownEvent {
  readonly id: string
  readonly source: string
  readonly status: 'unknown'
  readonly problem: HttpProblem
}

/**
 * Answers a request with what became of its events. 202: all accepted. 207: some. None: a problem that has the
 * events' own status where they share one, 503 where any event is worth sending again, else 422; its `results` say
 * what became of each.
 */
export function answerResults(response: ServerResponse, results: readonly EventResult[]): number {
  const failed = results.filter((result) => result.status !== 'accepted')
  if (failed.length === 0) {
    sendJson(response, 202, { results })
    return 202
  }
  const plain = results.map(toJson)
  if (failed.length < results.length) {
    sendJson(response, 207, { results: plain })
    return 207
  }
  const shared = sharedProblem(failed.map((result) => result.problem))
  sendProblem(response, shared, { results: plain })
  return shared.status
}

function sharedProblem(problems: readonly HttpProblem[]): HttpProblem {
  const [first] = problems
  if (first === undefined || problems.length === 1) return first ?? severalProblems(422)
  const worthSendingAgain = problems.find((each) => each.status === 503)
  if (worthSendingAgain !== undefined) return severalProblems(503, worthSendingAgain.headers)
  return severalProblems(problems.every((each) => each.status === first.status) ? first.status : 422)
}

function severalProblems(status: number, headers: HttpProblem['headers'] = {}): HttpProblem {
  return new HttpProblem(status, 'batch-refused', 'No event of the batch was accepted; results say why, in order.', {
    headers,
  })
}

type PlainResult = AcceptedEvent | (Omit<RefusedEvent | UnknownEvent, 'problem'> & { readonly problem: Problem })

function toJson(result: EventResult): PlainResult {
  return result.status === 'accepted' ? result : { ...result, problem: result.problem.toProblem() }
}
