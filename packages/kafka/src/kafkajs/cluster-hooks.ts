import { PartitionAssigners, type Assigner, type PartitionAssigner } from 'kafkajs'
import { fetchResponseVersion, readFetchResponse, type FetchedPartition } from '../wire/fetch-response.ts'
import type { UnpackBudget } from '../wire/record-batch.ts'
import { visibleRecords } from '../wire/visible-records.ts'
import type { JoiningBroker, MemberIdentity } from './member-identity.ts'

/** What the reader does inside a kafkajs consumer that kafkajs has no option for. */
export interface ClusterHooks {
  readonly identity: MemberIdentity
  /** Awaited before each attempt to join the group, while the partitions are still ours. */
  beforeJoin(): Promise<void>
  /** How much the next fetch may unpack to. */
  unpackBudget(): UnpackBudget
  /** The position that was fetched lies outside the log. */
  onOutOfRange(topic: string, partition: FetchedPartition): void
}

interface Protocol {
  readonly request: { readonly apiVersion: number }
  readonly response: { decode(bytes: Buffer): Promise<unknown>; parse(decoded: unknown): unknown }
}
type Lookup = (apiKey: number, definition: unknown) => (arguments_: unknown) => Protocol

/** The part of a kafkajs broker that fetches. */
export interface FetchingBroker {
  lookupRequest: Lookup
  fetch(options: unknown): Promise<unknown>
}
interface Broker extends JoiningBroker, FetchingBroker {}
interface ConsumerCluster {
  findBroker(node: { nodeId: unknown }): Promise<Broker>
  findGroupCoordinator(group: unknown): Promise<unknown>
}

const offsetOutOfRange = 1

/**
 * An assigner that assigns as kafkajs' own does. An assigner is handed the consumer's cluster, the one way in: here it
 * is taken to wait before a rebalance, and to read fetch responses ourselves. kafkajs' own reading knows one
 * compression, unpacks without a bound, mixes up header order, gives up the whole response for one bad batch, and
 * silently goes on elsewhere when a position is gone.
 */
export function assignerWithHooks(hooks: ClusterHooks): PartitionAssigner {
  return (config): Assigner => {
    const cluster = config.cluster as unknown as ConsumerCluster
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster)
    cluster.findGroupCoordinator = async (group) => {
      await hooks.beforeJoin()
      return findGroupCoordinator(group)
    }
    const findBroker = cluster.findBroker.bind(cluster)
    const taken = new WeakSet<Broker>()
    cluster.findBroker = async (node) => {
      const broker = await findBroker(node)
      if (!taken.has(broker)) {
        taken.add(broker)
        readFetches(broker, (bytes) => decodeForKafkajs(bytes, hooks))
        hooks.identity.carriedBy(broker)
      }
      return broker
    }
    return PartitionAssigners.roundRobin(config)
  }
}

/** Lets a broker's fetches be decoded by us; what `decode` gives has kafkajs' own form, for kafkajs to look at. */
export function readFetches(broker: FetchingBroker, decode: (bytes: Buffer) => Promise<unknown>): void {
  const fetch = broker.fetch
  broker.fetch = (options) => {
    const lookupRequest: Lookup = (apiKey, definition) => {
      const protocol = broker.lookupRequest(apiKey, definition)
      return (arguments_) => decodedBy(protocol(arguments_), decode)
    }
    return fetch.call(Object.create(broker, { lookupRequest: { value: lookupRequest } }) as FetchingBroker, options)
  }
}

function decodedBy(protocol: Protocol, decode: (bytes: Buffer) => Promise<unknown>): Protocol {
  if (protocol.request.apiVersion !== fetchResponseVersion) {
    throw new Error(`the broker does not speak Fetch version ${fetchResponseVersion}: Kafka 2.3 or later is needed`)
  }
  return { ...protocol, response: { ...protocol.response, decode } }
}

async function decodeForKafkajs(bytes: Buffer, hooks: ClusterHooks): Promise<unknown> {
  const response = await readFetchResponse(bytes, hooks.unpackBudget())
  return {
    throttleTime: 0,
    clientSideThrottleTime: response.throttleMilliseconds,
    errorCode: response.errorCode,
    sessionId: response.sessionId,
    responses: response.topics.map(({ topic, partitions }) => ({
      topicName: topic,
      partitions: partitions.map((partition) => {
        const outOfRange = partition.errorCode === offsetOutOfRange
        if (outOfRange) hooks.onOutOfRange(topic, partition)
        return {
          partition: partition.partition,
          errorCode: outOfRange ? 0 : partition.errorCode,
          highWatermark: String(partition.highWatermark),
          abortedTransactions: [],
          preferredReadReplica: partition.preferredReadReplica,
          messages: visibleRecords(partition).map(({ offset, record }) => ({ offset: String(offset), record })),
        }
      }),
    })),
  }
}
