import { setTimeout as sleep } from 'node:timers/promises'
import { AppendError, createLanes, type KafkaConnection, type Lanes, type PartitionWriter } from '@samspill/kafka'
import type { NotReadyReason } from '@samspill/http'
import type { Log } from '@samspill/telemetry'
import type { Sender } from './event-publisher.ts'

/** The way to the brokers: tries to connect until it succeeds, and refuses at once while it has not. */
export interface BrokerDoor extends Sender, AsyncDisposable {
  notReady(): readonly NotReadyReason[]
}

/** Opens the way in the background. Disposing of it waits for what is under way, ten seconds at most. */
export function openBrokerDoor(options: {
  readonly connection: Pick<KafkaConnection, 'writer'>
  /** Topics whose partitions must be known before the door is ready. */
  readonly topics: readonly string[]
  readonly log: Log
  readonly maxRecords: number
  readonly retryMilliseconds?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}): BrokerDoor {
  const { connection, topics, log, maxRecords, now, retryMilliseconds = 1_000 } = options
  const stopping = new AbortController()
  let writer: PartitionWriter | undefined
  let lanes: Lanes | undefined
  let reason: NotReadyReason | undefined = { code: 'brokers-away', message: 'no broker has answered yet' }

  const connect = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        writer ??= await connection.writer()
        lanes ??= createLanes(writer, { log, maxRecords })
        for (const topic of topics) await writer.partitionCount(topic)
        reason = undefined
        log.info('the brokers are there', { count: topics.length })
        return
      } catch (error) {
        const next = reasonOf(error)
        if (next.code !== reason?.code || next.message !== reason.message) log.warn('not ready to publish', { error })
        reason = next
      }
      try {
        await sleep(retryMilliseconds, undefined, { signal: stopping.signal })
      } catch {
        return // The pause was cut short: the process is stopping.
      }
    }
  }
  void connect()

  return {
    offer(record, sendOptions, waiter) {
      if (lanes !== undefined) {
        lanes.offer(record, sendOptions, waiter)
        return
      }
      const retriable = { outcome: 'not-written', retriable: true } as const
      waiter.refused(new AppendError('brokers-away', 'no broker has answered since the start', retriable))
    },
    notReady() {
      if (reason !== undefined) return [reason]
      const stuck = lanes?.stuck().length ?? 0
      // One partition without a leader is no reason to send nobody here; brokers that take nothing at all are.
      if (stuck === 0 || now() - (lanes?.lastAcknowledgedAt ?? 0) < quietMilliseconds) return []
      return [
        { code: 'brokers-away', message: `${stuck} partitions take no events, and no other has taken any lately` },
      ]
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await lanes?.close({ drainMilliseconds: 10_000 })
      await writer?.[Symbol.asyncDispose]()
    },
  }
}

const quietMilliseconds = 5_000

function reasonOf(error: unknown): NotReadyReason {
  if (error instanceof AppendError && error.code === 'topic-unknown') {
    return { code: 'stream-missing', message: 'a stream has no topic yet: create it with `samspill streams apply`' }
  }
  return { code: 'brokers-away', message: 'no broker has answered yet' }
}
