import { HubError } from '@samspill/contracts'
import type { KafkaConnection } from '@samspill/kafka'
import type { Position } from '@samspill/postgres'

/** What a person gives up when a partition goes on. */
export interface Loss {
  /** Where it goes on. */
  readonly to: bigint
  /** Records that will never be handled; undefined where nobody can say. */
  readonly records: bigint | undefined
  /** What is lost, and what follows, as a sentence. */
  readonly sentence: string
}

type StoppedPosition = Position & { readonly stopped: NonNullable<Position['stopped']> }

/**
 * Finds out what stands in a stopped partition's way now. Throws `stop-passes-by-itself` where no person's word is needed,
 * and what Kafka answers.
 */
export async function lossOf(
  position: StoppedPosition,
  kafka: Pick<KafkaConnection, 'topics' | 'readRanges'>,
): Promise<Loss> {
  const { topic, partition, stopped } = position
  const ends = (await kafka.topics.logEnds(topic)).find((each) => each.partition === partition)
  if (ends === undefined) throw new HubError('topic-unknown', `${topic} has no partition ${partition} any more`)
  const { offset, code } = stopped
  switch (code) {
    case 'records-expired': {
      const to = ends.earliest > offset ? ends.earliest : offset
      const records = to - offset
      return {
        to,
        records,
        sentence: `${countText(records)} ${placeText(offset, to)} expired, and will never be handled`,
      }
    }
    case 'records-missing':
      return {
        to: ends.earliest,
        records: undefined,
        sentence:
          `the log ends at ${ends.latest}, and offset ${offset} was to be handled: what is missing nobody can say. ` +
          `All that is there is read, from offset ${ends.earliest} on; what was handled before is known and passed over`,
      }
    case 'record-damaged': {
      const to = await endOfDamage(topic, partition, offset, ends.latest, kafka)
      const records = to - offset
      return {
        to,
        records,
        sentence: `${countText(records)} ${placeText(offset, to)} cannot be unpacked, and will never be handled`,
      }
    }
    default:
      throw new HubError(
        'stop-passes-by-itself',
        `${topic} partition ${partition} stands still at offset ${offset} for ${code}: it is tried again by itself, and ` +
          'nothing needs to be given up',
      )
  }
}

/** The offset behind the batch that cannot be unpacked; the given one where it can be by now. */
async function endOfDamage(
  topic: string,
  partition: number,
  from: bigint,
  to: bigint,
  kafka: Pick<KafkaConnection, 'readRanges'>,
): Promise<bigint> {
  for await (const { records } of kafka.readRanges([{ topic, partition, from, to }])) {
    const [first] = records
    return first?.damage === undefined ? from : first.offset + 1n
  }
  return from
}

function countText(records: bigint): string {
  return `${records} ${records === 1n ? 'record' : 'records'}`
}

function placeText(from: bigint, to: bigint): string {
  return to - from <= 1n ? `at offset ${from}` : `at offsets ${from} to ${to - 1n}`
}
