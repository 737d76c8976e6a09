import type { AssignedPartitions } from './assigned-partitions.ts'

/** One life in a consumer group, from joining to its end. It is never started again. */
export interface GroupMember {
  /** True from the first assignment on. */
  readonly joined: boolean
  /** True while it is joined and the brokers answer. */
  readonly reading: boolean
  /** Joins and reads until it crashes or leaves; resolves with the error, or undefined after leaving. Never rejects. */
  run(): Promise<unknown>
  /** Leaves the group and closes the connections. Never rejects. */
  leave(): Promise<void>
}

/** Makes the next member, which reads these partitions as soon as the group assigns them. */
export type MakeMember = (partitions: AssignedPartitions) => GroupMember
