import { Admin } from '@platformatic/kafka'
import { HubError } from '@samspill/contracts'
import type { ClientOptions } from '../client-options.ts'
import type { KafkaLog } from '../log.ts'
import { calmPool, clientOptions } from './client.ts'
import { answerOf, passes } from './failures.ts'

const attempts = 10
const pauseMilliseconds = 200

/** One admin client for as long as the connection lives; it opens sockets when it is first used. */
export class AdminSession implements AsyncDisposable {
  readonly #admin: Admin
  readonly #log: KafkaLog

  constructor(options: ClientOptions) {
    this.#log = options.log
    // Topics come and go: what was described a moment ago is asked for again.
    this.#admin = new Admin({ ...clientOptions(options), metadataMaxAge: 0, timeout: 15_000 })
    calmPool(this.#admin.connections, options.log)
  }

  /** Throws HubError: `topic-unknown`, `broker-unreachable`, or `topics-failed` with the broker's reason. */
  async run<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(this.#admin)
      } catch (error) {
        if (attempt === attempts || !passes(error)) throw failureOf(error)
        this.#admin.clearMetadata()
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.close().catch((error: unknown) => {
      this.#log.debug('an admin client did not close in order', { error })
    })
  }
}

function failureOf(error: unknown): HubError {
  if (error instanceof HubError) return error
  const answer = answerOf(error)
  if (answer === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new HubError('topic-unknown', 'the broker does not know the topic', { cause: error })
  }
  if (answer !== undefined) {
    return new HubError('topics-failed', `the broker refused: ${answer.toLowerCase().replaceAll('_', ' ')}`, {
      cause: error,
    })
  }
  return new HubError('broker-unreachable', 'the broker could not be reached or did not answer', { cause: error })
}
