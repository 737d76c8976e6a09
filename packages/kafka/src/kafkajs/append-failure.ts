import { AppendError } from '../append-error.ts'
import { never, unforeseen, unsure, verdicts, type Verdict } from '../append-verdicts.ts'

/**
 * Maps what kafkajs threw. `timesSent` is how often the records went out on a socket during this append: never sent is
 * surely not written, and an answer counts for one sending only.
 */
export function appendFailure(error: unknown, timesSent: number): AppendError {
  const cause = rootOf(error)
  const type = textOf(cause, 'type')
  const verdict = type === undefined ? verdictOfConnection(cause) : (verdicts[type] ?? unforeseen)
  const outcome =
    timesSent === 0
      ? 'not-written'
      : timesSent === 1 && type !== undefined && verdicts[type]
        ? verdict.outcome
        : 'unknown'
  return new AppendError(verdict.code, verdict.message, { ...verdict, outcome, cause })
}

function verdictOfConnection(cause: unknown): Verdict {
  const name = textOf(cause, 'name')
  if (name === 'KafkaJSRequestTimeoutError') return unsure('append-timed-out', 'the broker did not answer in time')
  if (name === 'KafkaJSServerDoesNotSupportApiKey' || name === 'KafkaJSSASLAuthenticationError') {
    return never('broker-refused', 'the broker refuses this client')
  }
  return unsure('broker-unreachable', 'the connection to the broker failed')
}

function rootOf(error: unknown): unknown {
  let root = error
  for (let depth = 0; depth < 8; depth += 1) {
    // A broker's answer is the root, whatever lies below it.
    if (textOf(root, 'type') !== undefined || !(root instanceof Error) || !(root.cause instanceof Error)) return root
    root = root.cause
  }
  return root
}

function textOf(value: unknown, field: 'type' | 'name'): string | undefined {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined
  return typeof text === 'string' ? text : undefined
}
