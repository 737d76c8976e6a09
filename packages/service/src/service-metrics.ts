import type { OutboxStatus, ParkingStatus, VacuumOutcome } from '@samspill/postgres'
import type { Metrics } from '@samspill/telemetry'
import type { PlannedRecord } from './reading/planned-record.ts'
import type { Settled } from './reading/settle-batch.ts'

/** What a service counts of its reading and publishing; shown at /metrics. */
export interface ServiceMetrics {
  /** A part of a partition was handled; `records` are those before the position that it came to. */
  settled(topic: string, settled: Settled, records: readonly PlannedRecord[]): void
  /** Parked events were tried again. */
  retried(settled: Settled): void
  breakerOpen(stream: string, isOpen: boolean): void
  /** Where what is parked is read from, at each reading of the metrics. */
  observeParking(status: () => Promise<readonly ParkingStatus[] | undefined>): void
  /** Since when the oldest record that is not handled yet waits (milliseconds since 1970); undefined where none does. */
  waiting(topic: string, partition: number, since: number | undefined): void
  /** Where what waits in the outbox is read from, at each reading of the metrics. */
  observeOutbox(status: () => Promise<OutboxStatus | undefined>): void
  /** Where the lag is read from, at each reading of the metrics. */
  observeLag(
    lag: () => readonly { readonly topic: string; readonly partition: number; readonly records: bigint }[],
  ): void
  stopped(topic: string, partition: number, isStopped: boolean): void
  forget(topic: string, partition: number): void
  /** A subject has come under a second key. */
  secondKey(topic: string): void
  sent(topic: string, secondsInOutbox: number): void
  /** The relay had the outbox vacuumed. */
  vacuumed(outcome: VacuumOutcome): void
}

/** Registers the metrics of one service. `now` is in milliseconds since 1970. */
export function createServiceMetrics(metrics: Metrics, now: () => number): ServiceMetrics {
  const handled = metrics.counter('samspill_events_handled_total', 'Events handled, effects committed', [
    'stream',
    'event_type',
  ])
  const seen = metrics.counter('samspill_events_seen_before_total', 'Events that the inbox knew already', ['stream'])
  const passedOver = metrics.counter(
    'samspill_events_passed_over_total',
    'Events of types that the service does not handle',
    ['stream'],
  )
  const returned = metrics.counter('samspill_events_returned_total', 'Events returned by handlers', ['stream'])
  let lag: Parameters<ServiceMetrics['observeLag']>[0] = () => []
  const lagEvents = metrics.gauge(
    'samspill_lag_events',
    'Records that are not handled yet',
    ['stream', 'partition'],
    (gauge) => {
      for (const { topic, partition, records } of lag()) gauge.set(Number(records), { stream: topic, partition })
    },
  )
  const waitingSince = new Map<
    string,
    { readonly stream: string; readonly partition: number; readonly since: number }
  >()
  const lagSeconds = metrics.gauge(
    'samspill_lag_seconds',
    'Age of the oldest record that is not handled yet; 0 when nothing is left',
    ['stream', 'partition'],
    (gauge) => {
      for (const { stream, partition, since } of waitingSince.values()) {
        gauge.set(Math.max(0, now() - since) / 1000, { stream, partition })
      }
    },
  )
  const stoppedPartitions = metrics.gauge('samspill_partition_stopped', '1 while a partition is stopped', [
    'stream',
    'partition',
  ])
  const secondKeys = metrics.counter(
    'samspill_second_keys_total',
    'Events whose subject was seen under another key: two makers of keys are at work',
    ['stream'],
  )
  let outbox: () => Promise<OutboxStatus | undefined> = () => Promise.resolve(undefined)
  const outboxAge = metrics.gauge('samspill_outbox_oldest_seconds', 'Age of the oldest event that waits in the outbox')
  const outboxParked = metrics.gauge('samspill_outbox_parked', 'Events in the outbox that the brokers refuse')
  metrics.gauge('samspill_outbox_events', 'Events that wait in the outbox', [], async (gauge) => {
    const status = await outbox()
    if (status === undefined) return
    gauge.set(status.waiting)
    outboxAge.set((status.oldestMilliseconds ?? 0) / 1000)
    outboxParked.set(status.parked)
  })
  const retries = metrics.counter('samspill_retries_total', 'Further attempts at parked events, by what they came to', [
    'stream',
    'outcome',
  ])
  const breakersOpen = metrics.gauge(
    'samspill_breaker_open',
    '1 while most subjects of the stream fail at once: nothing is parked, a few events are tried now and then',
    ['stream'],
  )
  let parking: () => Promise<readonly ParkingStatus[] | undefined> = () => Promise.resolve(undefined)
  const retrying = metrics.gauge('samspill_retrying_events', 'Parked events that are tried again by themselves', [
    'stream',
  ])
  const dead = metrics.gauge('samspill_dead_letters', 'Parked events that wait for a person', ['stream'])
  metrics.gauge(
    'samspill_parked_events',
    'Events that are parked, those behind others of their key included; counted up to 100,000',
    ['stream'],
    async (gauge) => {
      for (const { stream, ...count } of (await parking()) ?? []) {
        gauge.set(count.parked, { stream })
        retrying.set(count.retrying, { stream })
        dead.set(count.dead, { stream })
      }
    },
  )
  const relayDelay = metrics.histogram(
    'samspill_relay_delay_seconds',
    'Time between the outbox and the acknowledgement of the brokers',
    ['stream'],
  )
  const vacuums = metrics.counter(
    'samspill_outbox_vacuums_total',
    'Vacuums of the outbox by its relay, by what they came to',
    ['outcome'],
  )

  return {
    settled(topic, settled, records) {
      const stream = topic
      for (const result of settled.results) {
        for (const [type, count] of countsOfTypes(result.handled)) handled.add({ stream, event_type: type }, count)
        if (result.seen > 0) seen.add({ stream }, result.seen)
        if (result.returned > 0) returned.add({ stream }, result.returned)
      }
      const passed = records.filter(({ kind }) => kind === 'passed-over').length
      if (passed > 0) passedOver.add({ stream }, passed)
    },
    retried(settled) {
      for (const result of settled.results) {
        for (const { stream, event } of result.handled) {
          handled.add({ stream, event_type: event.type })
          retries.add({ stream, outcome: 'handled' })
        }
        for (const { record, failure } of result.failed) {
          retries.add({ stream: record.stream, outcome: failure.retryAt === undefined ? 'dead' : 'failed' })
        }
      }
    },
    breakerOpen(stream, isOpen) {
      breakersOpen.set(isOpen ? 1 : 0, { stream })
    },
    observeParking(status) {
      parking = status
    },
    waiting(topic, partition, since) {
      if (since === undefined) {
        waitingSince.delete(`${topic} ${partition}`)
        lagSeconds.set(0, { stream: topic, partition })
      } else {
        waitingSince.set(`${topic} ${partition}`, { stream: topic, partition, since })
      }
    },
    observeOutbox(status) {
      outbox = status
    },
    observeLag(source) {
      lag = source
    },
    stopped(topic, partition, isStopped) {
      stoppedPartitions.set(isStopped ? 1 : 0, { stream: topic, partition })
    },
    forget(topic, partition) {
      waitingSince.delete(`${topic} ${partition}`)
      for (const gauge of [lagEvents, lagSeconds, stoppedPartitions]) gauge.remove({ stream: topic, partition })
    },
    secondKey(topic) {
      secondKeys.add({ stream: topic })
    },
    sent(topic, secondsInOutbox) {
      relayDelay.observe(secondsInOutbox, { stream: topic })
    },
    vacuumed(outcome) {
      vacuums.add({ outcome })
    },
  }
}

/** How many events there are of each type. */
function countsOfTypes(events: readonly { readonly event: { readonly type: string } }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { event } of events) counts.set(event.type, (counts.get(event.type) ?? 0) + 1)
  return counts
}
