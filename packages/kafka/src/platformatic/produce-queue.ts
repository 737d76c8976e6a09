import type { Connection } from '@platformatic/kafka'
import { AppendError } from '../append-error.ts'
import { mostBatchBytes } from '../record-size.ts'
import { nameOfPartition } from '../topic-partition.ts'
import type { PartitionBatch } from '../wire/produce-body.ts'
import { failureBeforeSending, refusal } from './append-failure.ts'
import { nameOfAnswer } from './failures.ts'
import { produce, type ProduceAnswer } from './produce-request.ts'

/** A batch that waits for the end of the turn, or for the broker's answer. */
interface Waiting extends PartitionBatch {
  /** How long the leader may wait for its replicas, at most. */
  readonly replicaMilliseconds: number
  readonly resolve: (baseOffset: bigint) => void
  readonly reject: (error: unknown) => void
}

/**
 * What goes to one broker: the batches of one turn leave in one produce request. A broker takes up the next request of a
 * connection only when it has answered the one before, so batches that leave one by one wait for each other's replicas.
 */
export class ProduceQueue {
  readonly #connection: Connection
  #waiting: Waiting[] = []

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get connected(): boolean {
    return this.#connection.isConnected()
  }

  /** Resolves with the batch's base offset. Rejects with AppendError for the broker's refusal, else as the client does. */
  send(batch: PartitionBatch, replicaMilliseconds: number): Promise<bigint> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...batch, replicaMilliseconds, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#sendAll())
    })
  }

  #sendAll(): void {
    const waiting = this.#waiting
    this.#waiting = []
    let first = 0
    let bytes = 0
    for (const [at, { batch }] of waiting.entries()) {
      if (at > first && bytes + batch.size > mostBatchBytes) {
        void this.#sendTogether(waiting.slice(first, at))
        first = at
        bytes = 0
      }
      bytes += batch.size
    }
    void this.#sendTogether(waiting.slice(first))
  }

  async #sendTogether(batches: readonly Waiting[]): Promise<void> {
    if (!this.connected) {
      const lost = failureBeforeSending(new Error('the connection to the leader was lost'))
      for (const { reject } of batches) reject(lost)
      return
    }
    try {
      const replicaMilliseconds = Math.min(...batches.map((each) => each.replicaMilliseconds))
      const answers = await produce(this.#connection, batches, { replicaMilliseconds })
      const byPartition = new Map(answers.map((answer) => [nameOfPartition(answer), answer]))
      for (const batch of batches) settle(batch, byPartition.get(nameOfPartition(batch.to)))
    } catch (error) {
      for (const { reject } of batches) reject(error)
    }
  }
}

function settle({ resolve, reject }: Waiting, answer: ProduceAnswer | undefined): void {
  if (answer === undefined) {
    reject(new AppendError('append-unconfirmed', 'the broker did not confirm the partition', unknownOutcome))
  } else if (answer.errorCode !== 0) {
    reject(refusal(nameOfAnswer(answer.errorCode)))
  } else {
    resolve(answer.baseOffset)
  }
}

const unknownOutcome = { outcome: 'unknown', retriable: true } as const
