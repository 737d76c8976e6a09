import { AppendError } from '../append-error.ts'
import { unforeseen, unsure, verdicts, type Verdict } from '../append-verdicts.ts'
import { answerOf } from './failures.ts'

/** Maps what failed before anything went out, so that surely nothing was written. */
export function failureBeforeSending(error: unknown): AppendError {
  return appendError(verdictOf(error), 'not-written', error)
}

/** Maps what failed once the records went out: without an answer nobody knows whether they were written. */
export function failureAfterSending(error: unknown): AppendError {
  return appendError(verdictOf(error), 'unknown', error)
}

/** Maps the broker's answer for the partition. The records went out once, so the answer counts. */
export function refusal(answer: string): AppendError {
  const verdict = verdicts[answer] ?? unforeseen
  return appendError(verdict, verdict.outcome, new Error(answer))
}

function appendError(verdict: Verdict, outcome: Verdict['outcome'], cause: unknown): AppendError {
  return new AppendError(verdict.code, verdict.message, { ...verdict, outcome, cause })
}

function verdictOf(error: unknown): Verdict {
  const answer = answerOf(error)
  if (answer !== undefined) return verdicts[answer] ?? unforeseen
  const timedOut = error instanceof Error && error.message === 'Request timed out'
  return timedOut
    ? unsure('append-timed-out', 'the broker did not answer in time')
    : unsure('broker-unreachable', 'the connection to the broker failed')
}
