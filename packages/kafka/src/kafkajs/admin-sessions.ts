import { HubError } from '@samspill/contracts'
import type { Admin, Kafka } from 'kafkajs'
import type { KafkaLog } from '../log.ts'

const attempts = 10
const pauseMilliseconds = 200
/** What a broker says while it does not yet know what another broker has just been told. */
const passing: ReadonlySet<string> = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_CONTROLLER'])

/**
 * Runs work on an admin client, a new one each time: such work is rare, and an admin client remembers topics that were
 * deleted since and then fails whatever it is asked.
 */
export class AdminSessions {
  readonly #client: Kafka
  readonly #log: KafkaLog

  constructor(client: Kafka, log: KafkaLog) {
    this.#client = client
    this.#log = log
  }

  /** Throws HubError: `topic-unknown`, `broker-unreachable`, or `topics-failed` with the broker's reason. */
  async run<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    const admin = this.#client.admin()
    try {
      await admin.connect()
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work(admin)
        } catch (error) {
          if (attempt === attempts || !passing.has(typeOf(error) ?? '')) throw error
          await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
        }
      }
    } catch (error) {
      throw failureOf(error)
    } finally {
      admin.disconnect().catch((error: unknown) => {
        this.#log.debug('an admin client did not close in order', { error })
      })
    }
  }
}

function failureOf(error: unknown): HubError {
  if (error instanceof HubError) return error
  const type = typeOf(error)
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new HubError('topic-unknown', 'the broker does not know the topic', { cause: error })
  }
  if (type !== undefined) {
    return new HubError('topics-failed', `the broker refused: ${type.toLowerCase().replaceAll('_', ' ')}`, {
      cause: error,
    })
  }
  return new HubError('broker-unreachable', 'the broker could not be reached or did not answer', { cause: error })
}

/** The broker's reason, from an error, its causes, or the first of several errors. */
function typeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const type: unknown = Reflect.get(error, 'type')
  if (typeof type === 'string') return type
  const several: unknown = Reflect.get(error, 'errors')
  return typeOf(Array.isArray(several) ? several[0] : Reflect.get(error, 'cause'))
}
