import type { FaultKind } from '../plan/fault-kinds.ts'
import { diskFull, leaderKilled, leaderStopped, rollingRestart } from './broker-faults.ts'
import type { Fault } from './fault.ts'
import { networkCut, networkDelayed } from './network-faults.ts'
import {
  postgresKilled,
  postgresStopped,
  registryDown,
  relayKilled,
  relayStopped,
  serviceKilled,
  serviceStopped,
} from './process-faults.ts'
import { rebalanceStorm } from './rebalance-storm.ts'

/** What each kind of fault does. */
export const faults: Readonly<Record<FaultKind, Fault>> = {
  'leader-killed': leaderKilled,
  'leader-stopped': leaderStopped,
  'service-killed': serviceKilled,
  'service-stopped': serviceStopped,
  'relay-killed': relayKilled,
  'relay-stopped': relayStopped,
  'postgres-killed': postgresKilled,
  'postgres-stopped': postgresStopped,
  'network-cut': networkCut,
  'network-delayed': networkDelayed,
  'disk-full': diskFull,
  'rolling-restart': rollingRestart,
  'registry-down': registryDown,
  'rebalance-storm': rebalanceStorm,
}
