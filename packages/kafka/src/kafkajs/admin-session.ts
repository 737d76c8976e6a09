import { HubError } from '@samspill/contracts'
import type { Admin, Kafka } from 'kafkajs'
import type { KafkaLog } from '../log.ts'

/** Runs work on an admin client that is connected when first needed, and replaced when its connection has failed. */
export class AdminSession implements AsyncDisposable {
  readonly #client: Kafka
  readonly #log: KafkaLog
  #admin: Promise<Admin> | undefined

  constructor(client: Kafka, log: KafkaLog) {
    this.#client = client
    this.#log = log
  }

  /** Throws HubError: `topic-unknown`, `broker-unreachable`, or `topics-failed` with the broker's reason. */
  async run<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    let admin: Promise<Admin> | undefined
    try {
      admin = this.#admin ??= this.#connect()
      return await work(await admin)
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code === 'broker-unreachable' && this.#admin === admin) await this.#close()
      throw failure
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#client.admin()
    await admin.connect()
    return admin
  }

  async #close(): Promise<void> {
    const admin = this.#admin
    this.#admin = undefined
    try {
      await (await admin)?.disconnect()
    } catch (error) {
      this.#log.debug('an admin client did not close in order', { error })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
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
