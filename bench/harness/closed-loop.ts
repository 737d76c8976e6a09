import { setTimeout as wait } from 'node:timers/promises'
import type { BenchStage } from './bench-stage.ts'
import { partSeconds, processorSeconds } from './processor-time.ts'

/** What a closed loop came to in its measured time. */
export interface Throughput {
  readonly perSecond: number
  /** Processor time of this process per 1,000 pieces of work, in milliseconds. */
  readonly processorMilliseconds: number
  /** The same of the brokers. */
  readonly brokerMilliseconds: number
  /** The same of the process `serverPid`. */
  readonly serverMilliseconds: number
}

/**
 * Does a piece of work again and again, so many at once, each next one when the one before is done; measures after the
 * warm-up. Rejects with the first failure.
 */
export async function closedLoop(options: {
  readonly stage: BenchStage
  readonly atOnce: number
  readonly seconds: number
  /** 2 unless told otherwise. */
  readonly warmUpSeconds?: number
  /** A process that does the work for this one, whose processor time is wanted too. */
  readonly serverPid?: number
  readonly work: (worker: number) => Promise<unknown>
}): Promise<Throughput> {
  const { stage, atOnce, seconds, warmUpSeconds = 2, serverPid, work } = options
  const serverSeconds = (): number => (serverPid === undefined ? 0 : processorSeconds(serverPid))
  let done = 0
  let over = false
  const workers = Array.from({ length: atOnce }, async (_, worker) => {
    while (!over) {
      await work(worker)
      done += 1
    }
  })
  const measuring = async (): Promise<Throughput> => {
    await wait(warmUpSeconds * 1000)
    const before = {
      done,
      at: performance.now(),
      cpu: process.cpuUsage(),
      broker: partSeconds(stage, 'kafka'),
      server: serverSeconds(),
    }
    await wait(seconds * 1000)
    const count = done - before.done
    const elapsed = (performance.now() - before.at) / 1000
    const { user, system } = process.cpuUsage(before.cpu)
    const broker = partSeconds(stage, 'kafka') - before.broker
    const server = serverSeconds() - before.server
    return {
      perSecond: count / elapsed,
      processorMilliseconds: (user + system) / count,
      brokerMilliseconds: (broker * 1e6) / count,
      serverMilliseconds: (server * 1e6) / count,
    }
  }
  try {
    // The workers go on until told: only a failure makes them settle first.
    return (await Promise.race([measuring(), Promise.all(workers)])) as Throughput
  } finally {
    over = true
    await Promise.allSettled(workers)
  }
}
