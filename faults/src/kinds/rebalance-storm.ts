import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import { didNotBite, type Fault, type FaultPlace } from './fault.ts'

const enoughGenerations = 8
/** Where the machine is busy, members take their time to join. */
const longestMilliseconds = 60_000
/** How long a member may take to finish its batch and leave. */
const patienceMilliseconds = 40_000
const brokers = ['kafka-1', 'kafka-2', 'kafka-3']

/** Members join and leave the group of a service all the time, until it has had many generations. */
export const rebalanceStorm: Fault = async (place) => {
  const { cluster } = place
  const began = performance.now()
  const before = new Map(brokers.map((part) => [part, cluster.endOfLog(part)]))
  const seen = (): number => brokers.reduce((sum, part) => sum + generations(place, part, before.get(part) ?? 0), 0)
  const members = await Promise.all([place.members.startStorm(), place.members.startStorm()])
  while (seen() < enoughGenerations && performance.now() - began < longestMilliseconds) await wait(200)
  for (const member of members) member.signal('SIGTERM')
  const gone = Promise.all(members.map(({ exited }) => exited))
  const late = wait(patienceMilliseconds, 'late' as const, { ref: false })
  if ((await Promise.race([gone, late])) === 'late') {
    for (const member of members) member.signal('SIGKILL')
    throw new HubError(
      'process-not-ended',
      `a member of the group did not end within ${patienceMilliseconds} ms of being told to`,
    )
  }
  const generationsSeen = seen()
  if (generationsSeen < enoughGenerations) throw didNotBite(`the group only had ${generationsSeen} new generations`)
  return `the group of the service had ${generationsSeen} new generations in ${Math.round(performance.now() - began)} ms`
}

/** How often a broker has settled who is in the group. */
function generations({ cluster, group }: FaultPlace, part: string, from: number): number {
  return cluster
    .logSince(part, from)
    .split('\n')
    .filter((line) => line.includes(`Stabilized group ${group} generation`)).length
}
