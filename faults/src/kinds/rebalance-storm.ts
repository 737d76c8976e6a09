import { setTimeout as wait } from 'node:timers/promises'
import { didNotBite, type Fault, type FaultPlace } from './fault.ts'

const stormMilliseconds = 6_000
const fewestGenerations = 4
const brokers = ['kafka-1', 'kafka-2', 'kafka-3']

/** Members join and leave the group of a service all the time. */
export const rebalanceStorm: Fault = async (place) => {
  const { cluster } = place
  const before = new Map(brokers.map((part) => [part, cluster.endOfLog(part)]))
  const members = await Promise.all([place.members.startStorm(), place.members.startStorm()])
  await wait(stormMilliseconds)
  for (const member of members) member.signal('SIGTERM')
  await Promise.all(members.map(({ exited }) => exited))
  const seen = brokers.reduce((sum, part) => sum + generations(place, part, before.get(part) ?? 0), 0)
  if (seen < fewestGenerations) throw didNotBite(`the group only had ${seen} new generations`)
  return `the group of the service had ${seen} new generations in ${stormMilliseconds} ms`
}

/** How often a broker has settled who is in the group. */
function generations({ cluster, group }: FaultPlace, part: string, from: number): number {
  return cluster
    .logSince(part, from)
    .split('\n')
    .filter((line) => line.includes(`Stabilized group ${group} generation`)).length
}
