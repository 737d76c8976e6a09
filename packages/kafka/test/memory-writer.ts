import { AppendError, type OutgoingRecord, type PartitionWriter, type TopicPartition } from '../src/index.ts'

/** One append that the test answers. */
export interface PendingAppend {
  readonly to: TopicPartition
  readonly values: readonly string[]
  readonly records: readonly OutgoingRecord[]
  succeed(): void
  fail(error: AppendError): void
}

/** A writer in memory: every append waits until the test answers it, unless it answers by itself. */
export class MemoryWriter implements PartitionWriter {
  readonly log = new Map<number, string[]>()
  readonly pending: PendingAppend[] = []
  readonly batches: (readonly string[])[] = []
  rebuilds = 0
  mostAtOnce = 0
  answersByItself = true
  partitions = 1
  partitionsFail: AppendError | undefined
  rebuildFails: AppendError | undefined
  readonly #open = new Map<number, number>()

  async partitionCount(): Promise<number> {
    if (this.partitionsFail) throw this.partitionsFail
    return this.partitions
  }

  append(to: TopicPartition, records: readonly OutgoingRecord[]): Promise<{ baseOffset: bigint }> {
    const values = records.map((record) => String(record.value))
    this.batches.push(values)
    const open = (this.#open.get(to.partition) ?? 0) + 1
    this.#open.set(to.partition, open)
    this.mostAtOnce = Math.max(this.mostAtOnce, open)
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#open.set(to.partition, (this.#open.get(to.partition) ?? 1) - 1)
        const at = this.pending.indexOf(append)
        if (at >= 0) this.pending.splice(at, 1)
      }
      const append: PendingAppend = {
        to,
        values,
        records,
        succeed: () => {
          end()
          const written = this.log.get(to.partition) ?? []
          this.log.set(to.partition, written)
          const baseOffset = BigInt(written.length)
          written.push(...values)
          resolve({ baseOffset })
        },
        fail: (error) => {
          end()
          reject(error)
        },
      }
      this.pending.push(append)
      if (this.answersByItself) queueMicrotask(() => append.succeed())
    })
  }

  async rebuild(): Promise<void> {
    this.rebuilds += 1
    if (this.rebuildFails) throw this.rebuildFails
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

export const leaderAway = (): AppendError =>
  new AppendError('leader-away', 'another broker leads', { outcome: 'not-written', retriable: true })
export const connectionLost = (): AppendError =>
  new AppendError('broker-unreachable', 'the connection failed', { outcome: 'unknown', retriable: true })
export const writerLost = (): AppendError =>
  new AppendError('writer-lost', 'forgotten', { outcome: 'not-written', retriable: true, rebuildWriter: true })
export const refused = (code: string): AppendError =>
  new AppendError(code, 'the broker refuses', { outcome: 'not-written', retriable: false })
