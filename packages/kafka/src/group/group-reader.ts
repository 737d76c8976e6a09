import { HubError } from '@samspill/contracts'
import type { KafkaLog } from '../log.ts'
import type { Assignment, ReadOptions, RunningReader } from '../partition-reader.ts'
import type { TopicAdmin } from '../topic-admin.ts'
import type { Position, TopicPartition } from '../topic-partition.ts'
import { AssignedPartitions } from './assigned-partitions.ts'
import type { GroupMember, MakeMember } from './group-member.ts'
import { endsWithin } from './waiting.ts'

const firstPause = 250
const longestPause = 2000

/** Keeps a member of the group alive for ever: when one crashes, the next one joins in its place. */
export class GroupReader implements RunningReader {
  readonly #log: KafkaLog
  readonly #options: ReadOptions
  readonly #makeMember: MakeMember
  readonly #partitions: AssignedPartitions
  #member: GroupMember | undefined
  #stopping = false
  #stopped: Promise<void> | undefined
  #supervision: Promise<void> = Promise.resolve()
  #wake: () => void = () => {}

  constructor(log: KafkaLog, topics: TopicAdmin, options: ReadOptions, makeMember: MakeMember) {
    this.#log = log
    this.#options = options
    this.#makeMember = makeMember
    this.#partitions = new AssignedPartitions(log, topics, options)
  }

  get state(): 'joining' | 'reading' | 'stopped' {
    if (this.#stopping) return 'stopped'
    return this.#member?.reading ? 'reading' : 'joining'
  }

  get assigned(): readonly Assignment[] {
    return this.#partitions.all.map(({ assignment }) => assignment)
  }

  start(): void {
    this.#supervision = this.#supervise()
  }

  async #supervise(): Promise<void> {
    const { group } = this.#options
    for (let failures = 0; !this.#stopping; failures += 1) {
      const member = this.#makeMember(this.#partitions)
      this.#member = member
      const error = await member.run()
      if (this.#stopping) return
      if (member.joined) failures = 0
      const attempt = failures + 1
      // Less and less often while the brokers are away for long: at 1, 2, 4, 8 … attempts.
      const level = Number.isInteger(Math.log2(attempt)) ? 'warn' : 'debug'
      this.#log[level]('the reader lost its place in the group and joins again', { group, error, attempt })
      await this.#partitions.revoke({ lost: true, waitMilliseconds: 0 })
      await member.leave()
      await this.#pause(Math.min(firstPause * 2 ** Math.min(failures, 10), longestPause))
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async commit(positions: readonly Position[]): Promise<void> {
    const unowned = positions.find((position) => !this.#partitions.find(position))
    if (unowned) {
      throw new HubError('assignment-lost', `partition ${unowned.partition} of ${unowned.topic} is read by another now`)
    }
    await this.#partitions.commit(positions)
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) this.#partitions.find(each)?.hold('asked')
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) {
      const partition = this.#partitions.find(each)
      partition?.release('position-lost')
      partition?.release('asked')
    }
  }

  seek(position: Position): void {
    this.#partitions.find(position)?.seek(position.offset)
  }

  lag(): { topic: string; partition: number; records: bigint }[] {
    return this.#partitions.all.map(({ assignment: { topic, partition }, lag }) => ({ topic, partition, records: lag }))
  }

  stop({ drainMilliseconds }: { drainMilliseconds: number }): Promise<void> {
    this.#stopped ??= this.#stop(drainMilliseconds)
    return this.#stopped
  }

  async #stop(drainMilliseconds: number): Promise<void> {
    this.#stopping = true
    this.#partitions.close()
    await this.#partitions.revoke({ lost: false, waitMilliseconds: drainMilliseconds })
    this.#wake()
    await this.#member?.leave()
    if (!(await endsWithin(this.#supervision, 5000))) this.#log.warn('the reader did not end in order')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop({ drainMilliseconds: 10_000 })
  }
}
