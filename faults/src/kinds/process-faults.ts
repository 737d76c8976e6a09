import { setTimeout as wait } from 'node:timers/promises'
import { familyOf, isGone } from '../cluster/process-state.ts'
import { didNotBite, stopForAWhile, untilBitten, victimOf, type Fault } from './fault.ts'

/** SIGKILL of a service's process; another one takes its place after a while. */
export const serviceKilled: Fault = async ({ members, plan }) => {
  const service = victimOf(members.services(), plan)
  service.signal('SIGKILL')
  await untilBitten(`${service.name} still runs`, 2_000, () => isGone(service.pid))
  await wait(plan.faultMilliseconds / 2)
  await members.replaceService(service)
  return `${service.name}, process ${service.pid}, was killed, and another one took its place`
}

/**
 * SIGSTOP of a service's process: every second time for longer than its group waits for it, so that it wakes up in the
 * middle of work that has become another's.
 */
export const serviceStopped: Fault = async ({ members, plan }) => {
  const service = victimOf(members.services(), plan)
  const milliseconds = plan.victim % 2 === 0 ? plan.faultMilliseconds : plan.faultMilliseconds + 9_000
  await stopForAWhile([service.pid], milliseconds)
  return `${service.name}, process ${service.pid}, was in state T for ${milliseconds} ms`
}

/** SIGKILL of the process whose relay is the active one: the one that stands by takes over. */
export const relayKilled: Fault = async ({ members, plan }) => {
  const [relay, standby] = [members.activeRelay(), members.standbyRelay()]
  relay.signal('SIGKILL')
  await untilBitten(`${relay.name} still runs`, 2_000, () => isGone(relay.pid))
  await untilBitten(`${standby.name} did not take over`, 20_000, () => members.activeRelay() === standby)
  await wait(plan.faultMilliseconds / 2)
  await members.replaceRelay(relay)
  return `${relay.name}, process ${relay.pid}, was killed, and ${standby.name} took over`
}

/** SIGSTOP of the active relay. PostgreSQL gives its lock away after some seconds: every second time it is stopped for longer. */
export const relayStopped: Fault = async ({ members, plan }) => {
  const relay = members.activeRelay()
  const milliseconds = plan.victim % 2 === 0 ? plan.faultMilliseconds : plan.faultMilliseconds + 6_000
  await stopForAWhile([relay.pid], milliseconds)
  return `${relay.name}, process ${relay.pid}, was in state T for ${milliseconds} ms`
}

/** SIGKILL of PostgreSQL; it recovers from its log when it is started again. */
export const postgresKilled: Fault = async ({ cluster, plan }) => {
  const pid = await cluster.pidOf('postgres')
  await cluster.stack.stopPart('postgres', 'SIGKILL')
  await untilBitten('PostgreSQL still runs', 2_000, () => isGone(pid))
  await wait(plan.faultMilliseconds / 2)
  await cluster.stack.startPart('postgres')
  return `PostgreSQL, process ${pid}, was killed and started again`
}

/** SIGSTOP of PostgreSQL with all its connections: nobody answers, and nobody says so. */
export const postgresStopped: Fault = async ({ cluster, plan }) => {
  const pids = familyOf(await cluster.pidOf('postgres'))
  await stopForAWhile(pids, plan.faultMilliseconds)
  return `PostgreSQL, ${pids.length} processes, was in state T for ${plan.faultMilliseconds} ms`
}

/** The registry is killed, and comes back; meanwhile a service's process starts without it. */
export const registryDown: Fault = async ({ cluster, members, plan }) => {
  const pid = await cluster.pidOf('registry')
  await cluster.stack.stopPart('registry', 'SIGKILL')
  await untilBitten('the registry still runs', 2_000, () => isGone(pid))
  const url = `${cluster.environment['SAMSPILL_REGISTRY']}/subjects`
  const refused = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof Error ? error.name : 'no answer'),
  )
  if (refused === 200) throw didNotBite('the registry still answered')
  const service = victimOf(members.services(), plan)
  service.signal('SIGTERM')
  await service.exited
  await members.replaceService(service)
  await wait(plan.faultMilliseconds)
  await cluster.stack.startPart('registry')
  return `the registry, process ${pid}, was gone (${refused}), and ${service.name} was replaced without it`
}
