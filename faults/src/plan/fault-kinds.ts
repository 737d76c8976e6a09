/** The faults that a run can meet, one at a time. */
export const faultKinds = [
  'leader-killed',
  'leader-stopped',
  'service-killed',
  'service-stopped',
  'relay-killed',
  'relay-stopped',
  'postgres-killed',
  'postgres-stopped',
  'network-cut',
  'network-delayed',
  'disk-full',
  'rolling-restart',
  'registry-down',
  'rebalance-storm',
] as const

export type FaultKind = (typeof faultKinds)[number]

/** Between whom a network is cut or delayed. */
export const networkPairs = [
  'clients-broker',
  'broker-brokers',
  'brokers-controller',
  'services-postgres',
  'publisher-postgres',
  'services-registry',
] as const

export type NetworkPair = (typeof networkPairs)[number]
