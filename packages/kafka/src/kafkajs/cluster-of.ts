import type { Kafka } from 'kafkajs'

/** How a kafkajs client makes the cluster that one of its roles works on. */
export type MakeCluster<Cluster> = (options: unknown) => Cluster

/**
 * Replaces how a kafkajs client makes clusters, and gives back how it did until now. kafkajs keeps this under a symbol
 * of its own: there is no other way to the parts that it does not hand out.
 */
export function takeClusterMaker<Cluster>(
  client: Kafka,
  replace: (make: MakeCluster<Cluster>) => MakeCluster<Cluster> = (make) => make,
): MakeCluster<Cluster> {
  const makers = client as unknown as Record<symbol, MakeCluster<Cluster>>
  const symbol = Object.getOwnPropertySymbols(client).find((each) => each.description?.endsWith('createCluster'))
  const make = symbol === undefined ? undefined : makers[symbol]
  if (symbol === undefined || !make) throw new Error('this is not the kafkajs that this adapter was written for')
  makers[symbol] = replace(make)
  return make
}
