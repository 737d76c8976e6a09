import { HubError } from '@samspill/contracts'
import { nameOfPartition, type KafkaConnection } from '@samspill/kafka'
import { handledBefore, handledExtents, purgedFromInbox, type Database } from '@samspill/postgres'

/**
 * Makes sure that all that a service has handled can be read again. Throws `history-expired` with how much is gone: out
 * of the streams, or out of the inbox long after that.
 */
export async function requireHistory(database: Database, kafka: Pick<KafkaConnection, 'topics'>): Promise<number> {
  const [extents, purged] = await Promise.all([handledExtents(database), purgedFromInbox(database)])
  const topics = [...new Set(extents.map(({ topic }) => topic))]
  const ends = (await Promise.all(topics.map((topic) => kafka.topics.logEnds(topic)))).flat()
  const endsOf = new Map(ends.map((each) => [nameOfPartition(each), each]))
  const cut = extents.flatMap(({ first, ...extent }) => {
    const start = endsOf.get(nameOfPartition(extent))?.earliest ?? extent.last + 1n
    return first < start ? [{ ...extent, offset: start }] : []
  })
  const beyond = extents.find((extent) => extent.last >= (endsOf.get(nameOfPartition(extent))?.latest ?? 0n))
  const expired = cut.length === 0 ? 0 : await handledBefore(database, cut)
  const handled = extents.reduce((sum, { events }) => sum + events, 0)
  if (purged + expired > 0) throw gone(purged, expired, handled + purged, cut.map(nameOfPartition))
  if (beyond !== undefined) {
    throw new HubError(
      'history-expired',
      `${nameOfPartition(beyond)} ends before what was handled from it: the topic was made anew, and its events are gone`,
    )
  }
  return handled
}

function gone(purged: number, expired: number, handled: number, partitions: readonly string[]): HubError {
  const where = partitions.length === 0 ? '' : ` from ${partitions.slice(0, 5).join(', ')}`
  const more = partitions.length > 5 ? ` and ${partitions.length - 5} more partitions` : ''
  const parts = [
    ...(expired === 0 ? [] : [`${expired} have expired${where}${more}`]),
    ...(purged === 0 ? [] : [`${purged} are so old that the inbox no longer knows them`]),
  ]
  return new HubError(
    'history-expired',
    `of ${handled} events that were handled ${parts.join(', and ')}: the tables cannot be built anew from what is left`,
  )
}
