import { setTimeout as wait } from 'node:timers/promises'
import { isGone } from '../cluster/process-state.ts'
import { didNotBite, stopForAWhile, untilBitten, victimOf, type Fault, type FaultPlace } from './fault.ts'

/** SIGKILL of the broker that leads one of the run's partitions; it stays away for a while. */
export const leaderKilled: Fault = async (place) => {
  const { cluster, plan } = place
  const { part, partition } = await leader(place)
  const pid = await cluster.pidOf(part)
  await cluster.stack.stopPart(part, 'SIGKILL')
  await untilBitten(`${part} still runs`, 2_000, () => isGone(pid))
  await wait(plan.faultMilliseconds)
  await cluster.stack.startPart(part)
  return `${part}, leader of ${partition}, process ${pid}, was gone for ${plan.faultMilliseconds} ms`
}

/** SIGSTOP of a leader, for longer than its controller waits for it: it wakes up as one who leads no more. */
export const leaderStopped: Fault = async (place) => {
  const { cluster, plan } = place
  const { part, partition } = await leader(place)
  const pid = await cluster.pidOf(part)
  const milliseconds = plan.faultMilliseconds + 2_000
  await stopForAWhile([pid], milliseconds)
  return `${part}, leader of ${partition}, process ${pid}, was in state T for ${milliseconds} ms`
}

/** Each broker in turn is asked to stop, and started again; the next one when all copies are in step. */
export const rollingRestart: Fault = async ({ cluster, topics }) => {
  const restarts: string[] = []
  for (const part of ['kafka-1', 'kafka-2', 'kafka-3']) {
    const before = await cluster.pidOf(part)
    await cluster.stack.stopPart(part)
    await untilBitten(`${part} still runs`, 1_000, () => isGone(before))
    await cluster.stack.startPart(part)
    const after = await cluster.pidOf(part)
    if (after === before) throw didNotBite(`${part} is still process ${before}`)
    restarts.push(`${part} ${before} → ${after}`)
    await cluster.inStep(topics, 30_000)
  }
  return `restarted one after another: ${restarts.join(', ')}`
}

const noSpace = 'No space left on device'

/** The disk of one broker is full until it has died of it; then there is room again. */
export const diskFull: Fault = async ({ cluster }) => {
  const { disk, stack } = cluster
  if (typeof disk === 'string') throw didNotBite(disk)
  const part = 'kafka-3'
  const pid = await cluster.pidOf(part)
  const before = cluster.endOfLog(part)
  disk.fill()
  try {
    const free = disk.freeBytes
    await untilBitten(`${part} never met the end of its disk, with ${free} bytes free`, 20_000, () =>
      cluster.logSince(part, before).includes(noSpace),
    )
    await wait(500)
    await stack.stopPart(part, 'SIGKILL')
    await untilBitten(`${part} still runs`, 2_000, () => isGone(pid))
  } finally {
    disk.clear()
  }
  await stack.startPart(part)
  return `${part} logged "${noSpace}" and came back when there was room`
}

/** The broker that leads one of the run's partitions, as the plan has it. */
async function leader({ cluster, plan, topics }: FaultPlace): Promise<{ part: string; partition: string }> {
  const { topics: found } = await cluster.admin.fetchTopicMetadata({ topics: [...topics] })
  const partitions = found
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(({ name, partitions: own }) =>
      own
        .toSorted((one, other) => one.partitionId - other.partitionId)
        .map((each) => ({ partition: `${name}-${each.partitionId}`, leader: each.leader })),
    )
  const chosen = victimOf(partitions, plan)
  if (chosen.leader < 1) throw didNotBite(`${chosen.partition} had no leader`)
  return { part: `kafka-${chosen.leader}`, partition: chosen.partition }
}
