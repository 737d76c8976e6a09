import { faultKinds, networkPairs, type FaultKind, type NetworkPair } from './fault-kinds.ts'
import { seededRandom, shuffled } from './seeded-random.ts'

/** What one run does; made from its seed alone, so that the same seed does the same again. */
export interface RunPlan {
  readonly seed: number
  readonly fault: FaultKind
  /** When the fault begins, in milliseconds after the load. */
  readonly faultAt: number
  /** How long a fault lasts that lasts as long as one likes. */
  readonly faultMilliseconds: number
  /** Where the network is cut or delayed, for those faults. */
  readonly pair: NetworkPair
  /** Which of several is hit: a partition, a broker, a process; a whole number to be taken modulo their number. */
  readonly victim: number
  readonly load: LoadPlan
}

/** An open-loop load: what is published when does not depend on how fast it is taken. */
export interface LoadPlan {
  readonly milliseconds: number
  readonly subjects: number
  /** Events of each publisher's stream. */
  readonly events: { readonly outbox: number; readonly http: number; readonly lanes: number }
}

const usualLoad: LoadPlan = {
  milliseconds: 10_000,
  subjects: 400,
  events: { outbox: 7_000, http: 7_000, lanes: 7_000 },
}

/**
 * Plans the run of a seed. Each row of as many seeds as there are kinds (the first begins at 0) holds every kind once,
 * in an order of its own; what the network faults come between goes round in the same way.
 */
export function planRun(seed: number, kinds: readonly FaultKind[] = faultKinds, load: LoadPlan = usualLoad): RunPlan {
  const row = Math.floor(seed / kinds.length)
  const deal = shuffled(kinds, seededRandom(row * 7_919 + 1))
  const random = seededRandom(seed * 104_729 + 17)
  const fault = deal[seed % kinds.length] ?? 'leader-killed'
  return {
    seed,
    fault,
    faultAt: Math.round(load.milliseconds * (0.1 + 0.5 * random())),
    faultMilliseconds: Math.round(2_000 + 2_500 * random()),
    pair: networkPairs[(row + (fault === 'network-cut' ? 0 : 3)) % networkPairs.length] ?? 'clients-broker',
    victim: Math.floor(random() * 1_000_000),
    load,
  }
}
