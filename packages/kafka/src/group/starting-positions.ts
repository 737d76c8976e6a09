import type { LostPosition, ReadOptions } from '../partition-reader.ts'
import type { TopicAdmin } from '../topic-admin.ts'
import { nameOfPartition, type Position, type TopicPartition } from '../topic-partition.ts'

/** Where partitions start to be read, and which of these places the log no longer holds. */
export interface StartingPositions {
  readonly positions: readonly Position[]
  readonly lost: readonly LostPosition[]
}

/** Finds where to start: our own positions, or what the group has committed where we keep none; else the earliest record. */
export async function startingPositions(
  assigned: readonly TopicPartition[],
  options: Pick<ReadOptions, 'group' | 'startAt'>,
  topics: Pick<TopicAdmin, 'committed' | 'logEnds'>,
): Promise<StartingPositions> {
  const names = [...new Set(assigned.map(({ topic }) => topic))]
  const [own, ends] = await Promise.all([
    options.startAt?.(assigned),
    Promise.all(names.map((name) => topics.logEnds(name))).then((all) => all.flat()),
  ])
  // Where we keep positions the group's say nothing: they may be of another life of the service, whose state is gone.
  const known = own ?? (await topics.committed(options.group, names))
  const offsets = new Map(known.map((position) => [nameOfPartition(position), position.offset]))
  const endsOf = new Map(ends.map((each) => [nameOfPartition(each), each]))
  const positions: Position[] = []
  const lost: LostPosition[] = []
  for (const { topic, partition } of assigned) {
    const name = nameOfPartition({ topic, partition })
    const { earliest = 0n, latest = 0n } = endsOf.get(name) ?? {}
    const offset = offsets.get(name) ?? earliest
    positions.push({ topic, partition, offset })
    if (offset < earliest || offset > latest)
      lost.push({ topic, partition, offset, logStart: earliest, logEnd: latest })
  }
  return { positions, lost }
}
