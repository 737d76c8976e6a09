import type { KafkaClient } from '@samspill/kafka'
import { defineBench, type Bench, type Contender } from './harness/bench.ts'
import { publishThroughLanes } from './kafka-clients/publish.ts'
import { readBacklog } from './kafka-clients/read.ts'
import { doublesWhenMembersChange } from './kafka-clients/rebalance.ts'
import { recoveryOfPublishing } from './kafka-clients/recovery.ts'
import { prepareTopics } from './kafka-clients/topics.ts'

const cpu = { cpu: { what: 'processor time per 1,000 events', unit: 'ms' } }

/** What is measured of a client; the default's is held against the other's. */
function contendersOf(client: KafkaClient, against?: KafkaClient): readonly Contender[] {
  const beside = (key: string): { against?: string } => (against === undefined ? {} : { against: `${against}-${key}` })
  return [
    {
      key: `${client}-publish`,
      what: `${client}: 500 publishers at once through lanes, 250 bytes each`,
      unit: 'events/s',
      ...beside('publish'),
      also: cpu,
      run: (stage, round) => publishThroughLanes(client, stage, round),
    },
    {
      key: `${client}-read`,
      what: `${client}: a backlog read in a group`,
      unit: 'events/s',
      ...beside('read'),
      also: cpu,
      run: (stage) => readBacklog(client, stage),
    },
    {
      key: `${client}-join`,
      what: `${client}: read twice when a second member joins under load`,
      unit: 'events',
      also: { killed: { what: 'read twice when one of two members is killed under load', unit: 'events' } },
      run: (stage) => doublesWhenMembersChange(client, stage),
    },
    {
      key: `${client}-recovery`,
      what: `${client}: no acknowledgement after the leader of three brokers was killed, median of three kills`,
      unit: 's',
      also: { longest: { what: 'the longest', unit: 's' } },
      long: true,
      limitSeconds: 400,
      run: () => recoveryOfPublishing(client),
    },
  ]
}

export const bench: Bench = defineBench({
  name: 'kafka-clients',
  what: 'The two Kafka clients behind the seam, each in the same tasks: which of them is the default.',
  prepare: prepareTopics,
  contenders: [...contendersOf('platformatic', 'kafkajs'), ...contendersOf('kafkajs')],
  goals: [
    {
      goal: 'the default publishes at least as fast',
      of: 'platformatic-publish',
      against: 'kafkajs-publish',
      least: 1,
    },
    {
      goal: 'and takes no more processor time for it',
      of: 'platformatic-publish.cpu',
      against: 'kafkajs-publish.cpu',
      most: 1,
    },
    { goal: 'it reads at least as fast', of: 'platformatic-read', against: 'kafkajs-read', least: 1 },
  ],
})
