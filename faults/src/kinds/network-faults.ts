import { setTimeout as wait } from 'node:timers/promises'
import type { LinkState } from '../network/link.ts'
import { didNotBite, untilBitten, type Fault, type FaultPlace } from './fault.ts'

/** The network between two parts is cut without a word, and mended after a while. */
export const networkCut: Fault = (place) => disturb(place, { kind: 'cut' })

/** Everything between two parts arrives later, in order. */
export const networkDelayed: Fault = (place) =>
  disturb(place, { kind: 'delayed', milliseconds: 100 + (place.plan.victim % 400) })

async function disturb({ cluster, members, plan }: FaultPlace, state: LinkState): Promise<string> {
  const { pair, victim, faultMilliseconds } = plan
  const link = cluster.links.between(pair, victim)
  link.set(state)
  let hit = link.hit
  try {
    // In peace nobody asks the registry for anything: a process that starts does.
    if (pair === 'services-registry') {
      const service = members.services()[victim % 3]
      if (service === undefined) throw didNotBite('there was no service to start anew')
      service.signal('SIGTERM')
      await service.exited
      await members.replaceService(service)
      // It takes its time to start, and a slow machine more than the fault is to last.
      await untilBitten(`nothing went between ${pair}`, 20_000, () => link.hit.bytes + link.hit.connections > 0)
    }
    await wait(faultMilliseconds)
    hit = link.hit
  } finally {
    link.set({ kind: 'open' })
  }
  if (hit.bytes === 0 && hit.connections === 0) throw didNotBite(`nothing went between ${pair} meanwhile`)
  const how = state.kind === 'delayed' ? `delayed by ${state.milliseconds} ms` : 'cut'
  return `between ${pair} ${hit.bytes} bytes and ${hit.connections} new connections were ${how} for ${faultMilliseconds} ms`
}
