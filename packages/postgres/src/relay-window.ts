import type { TopicPartition } from './positions.ts'
import type { LeftOut, RelayRow } from './relay-store.ts'

/** How many rows the relay holds in memory. */
export interface WindowLimits {
  /** Rows and bytes of partitions that get on; with those that do not, at most four times as much. */
  readonly rows: number
  readonly bytes: number
  readonly rowsPerPartition: number
  readonly rowsPerSubject: number
  /** A partition whose oldest send takes longer than this does not get on: the others are read without waiting for it. */
  readonly slowMilliseconds: number
}

export const windowLimits: WindowLimits = {
  rows: 4_000,
  bytes: 16 * 1024 * 1024,
  rowsPerPartition: 1_500,
  rowsPerSubject: 20,
  slowMilliseconds: 1_000,
}

interface Partition extends TopicPartition {
  readonly subjects: Map<string, Subject>
  rows: number
  bytes: number
  underWay: number
  failures: number
  retryAt: number
  /** When a send last began or was answered, while any is under way. */
  movedAt: number
  /** Rows were left in the table because the partition, or one of its subjects, was full. */
  leftRows: boolean
}

interface Subject {
  readonly partition: Partition
  readonly key: Buffer
  /** The key as text, by which its partition knows it. */
  readonly name: string
  /** In id order. The first may be under way; the others wait for it. */
  readonly queue: RelayRow[]
  underWay: boolean
  /** Its first row was refused for good and is about to be parked: nothing of it is taken or sent. */
  refused: boolean
}

/**
 * The rows that the relay holds between table and broker. Of each subject at most one is under way, so that no later
 * row is sent while an earlier one is not acknowledged. Holds no timer and no connection.
 */
export class RelayWindow {
  readonly #limits: WindowLimits
  readonly #now: () => number
  readonly #random: () => number
  readonly #partitions = new Map<string, Partition>()
  /** The rows that are not to be read again, by their ids, until they are deleted or parked. */
  readonly #held = new Map<number, Subject>()
  #sent: RelayRow[] = []
  #refused: { readonly row: RelayRow; readonly code: string }[] = []
  /** True where the table may hold rows that this window has room for. */
  readDue = true

  constructor(limits: WindowLimits, now: () => number, random: () => number) {
    this.#limits = limits
    this.#now = now
    this.#random = random
  }

  get held(): number {
    return this.#held.size
  }

  get underWay(): number {
    let count = 0
    for (const partition of this.#partitions.values()) count += partition.underWay
    return count
  }

  /** Rows that were acknowledged and are still in the table. */
  get sent(): number {
    return this.#sent.length
  }

  /** Whether rows may be read: rows of partitions that do not get on take no room from the others, up to a bound. */
  hasRoom(stuck: readonly TopicPartition[]): boolean {
    const halted = new Set(this.#halted(stuck))
    let rows = 0
    let bytes = 0
    let allBytes = 0
    for (const [name, partition] of this.#partitions) {
      allBytes += partition.bytes
      if (halted.has(name)) continue
      rows += partition.rows
      bytes += partition.bytes
    }
    const most = this.#limits
    if (this.held >= most.rows * 4 || allBytes >= most.bytes * 4) return false
    return rows <= most.rows / 2 && bytes <= most.bytes / 2
  }

  /** What the next read leaves out. */
  leftOut(stuck: readonly TopicPartition[]): LeftOut {
    const closed = new Set(this.#halted(stuck))
    const subjects: LeftOut['subjects'][number][] = []
    for (const [name, partition] of this.#partitions) {
      if (this.#isFull(partition)) {
        closed.add(name)
        partition.leftRows = true
      }
      for (const subject of partition.subjects.values()) {
        if (subject.queue.length < this.#limits.rowsPerSubject) continue
        subjects.push({ topic: partition.topic, key: subject.key })
        partition.leftRows = true
      }
    }
    const partitions = [...stuck]
    for (const name of closed) {
      const partition = this.#partitions.get(name)
      if (partition !== undefined) partitions.push({ topic: partition.topic, partition: partition.partition })
    }
    return { ids: [...this.#held.keys()], partitions, subjects }
  }

  /** Takes rows that were read, in id order. What does not fit stays in the table, with all that follows it. */
  take(rows: readonly RelayRow[]): void {
    for (const row of rows) {
      const subject = this.#subject(row)
      const { partition } = subject
      if (subject.refused || subject.queue.length >= this.#limits.rowsPerSubject || this.#isFull(partition)) {
        partition.leftRows = true
        continue
      }
      subject.queue.push(row)
      this.#held.set(row.id, subject)
      partition.rows += 1
      partition.bytes += row.bytes
    }
  }

  /** The rows that are to be sent now; from here on they are under way. */
  begin(): RelayRow[] {
    const now = this.#now()
    const begun: RelayRow[] = []
    for (const partition of this.#partitions.values()) {
      if (partition.retryAt > now) continue
      for (const subject of partition.subjects.values()) {
        // One row at a time finds out whether a partition that has failed works again.
        if (partition.failures > 0 && partition.underWay > 0) break
        const [row] = subject.queue
        if (row === undefined || subject.underWay || subject.refused) continue
        if (partition.underWay === 0) partition.movedAt = now
        subject.underWay = true
        partition.underWay += 1
        begun.push(row)
      }
    }
    return begun.sort((one, other) => one.id - other.id)
  }

  /** The row is to be deleted. Says whether another one may be read or sent now that could not be before. */
  acknowledged(row: RelayRow): boolean {
    const subject = this.#answered(row)
    const recovered = subject.partition.failures > 0
    subject.partition.failures = 0
    subject.queue.shift()
    this.#sent.push(row)
    this.#freed(subject, row)
    return recovered || subject.queue.length > 0 || this.readDue
  }

  /** The row stays, and its partition rests: longer after each failure in a row. Says for how many
   *  milliseconds, or undefined where it rests already. */
  failed(row: RelayRow): number | undefined {
    const { partition } = this.#answered(row)
    const now = this.#now()
    // Rows that were under way together fail together: that is one failure of the partition, not many.
    if (partition.retryAt > now) return undefined
    partition.failures += 1
    const longest = Math.min(5_000, 100 * 2 ** (partition.failures - 1))
    partition.retryAt = now + Math.round(longest * (0.5 + this.#random() / 2))
    return partition.retryAt - now
  }

  /** The row can never be sent: it is parked, and its subject waits. */
  refused(row: RelayRow, code: string): void {
    const subject = this.#answered(row)
    subject.refused = true
    this.#refused.push({ row, code })
  }

  /** The acknowledged rows, to be deleted; call `forgetSent` when they are. */
  sentRows(): readonly RelayRow[] {
    return this.#sent.slice()
  }

  forgetSent(rows: readonly RelayRow[]): void {
    for (const row of rows) this.#held.delete(row.id)
    this.#sent = this.#sent.slice(rows.length)
  }

  refusedRows(): readonly { readonly row: RelayRow; readonly code: string }[] {
    return this.#refused.slice()
  }

  /** The rows are parked in the table: their subjects are no longer held here. */
  forgetRefused(rows: readonly { readonly row: RelayRow }[]): void {
    for (const { row } of rows) {
      const subject = this.#subject(row)
      for (const held of subject.queue.splice(0)) {
        this.#held.delete(held.id)
        this.#freed(subject, held)
      }
      subject.partition.subjects.delete(subject.name)
    }
    this.#refused = this.#refused.slice(rows.length)
  }

  /** When the first resting partition is to be tried again; undefined where none rests. */
  nextRetryAt(): number | undefined {
    let next: number | undefined
    for (const { retryAt, underWay, rows } of this.#partitions.values()) {
      if (rows === 0 || underWay > 0 || retryAt <= this.#now()) continue
      next = Math.min(next ?? retryAt, retryAt)
    }
    return next
  }

  #isFull({ rows, bytes }: Partition): boolean {
    return rows >= this.#limits.rowsPerPartition || bytes >= this.#limits.bytes / 2
  }

  #halted(stuck: readonly TopicPartition[]): string[] {
    const now = this.#now()
    const halted = stuck.map(partitionName)
    for (const [name, partition] of this.#partitions) {
      const slow = partition.underWay > 0 && now - partition.movedAt > this.#limits.slowMilliseconds
      if (slow || partition.failures > 0) halted.push(name)
    }
    return halted
  }

  #answered(row: RelayRow): Subject {
    const subject = this.#held.get(row.id) ?? this.#subject(row)
    subject.underWay = false
    subject.partition.underWay -= 1
    subject.partition.movedAt = this.#now()
    return subject
  }

  #freed(subject: Subject, row: RelayRow): void {
    const { partition } = subject
    partition.rows -= 1
    partition.bytes -= row.bytes
    if (subject.queue.length === 0 && !subject.refused) partition.subjects.delete(subject.name)
    const half = this.#limits
    if (
      partition.leftRows &&
      partition.rows <= half.rowsPerPartition / 2 &&
      subject.queue.length <= half.rowsPerSubject / 2
    ) {
      partition.leftRows = false
      this.readDue = true
    }
  }

  #subject(row: RelayRow): Subject {
    const partitionKey = partitionName(row)
    let partition = this.#partitions.get(partitionKey)
    if (partition === undefined) {
      partition = {
        topic: row.topic,
        partition: row.partition,
        subjects: new Map(),
        rows: 0,
        bytes: 0,
        underWay: 0,
        failures: 0,
        retryAt: 0,
        movedAt: 0,
        leftRows: false,
      }
      this.#partitions.set(partitionKey, partition)
    }
    const name = row.key.toString('latin1')
    let subject = partition.subjects.get(name)
    if (subject === undefined) {
      subject = { partition, key: row.key, name, queue: [], underWay: false, refused: false }
      partition.subjects.set(name, subject)
    }
    return subject
  }
}

function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
