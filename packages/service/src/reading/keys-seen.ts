import type { Log } from '@samspill/telemetry'
import type { ServiceMetrics } from '../service-metrics.ts'
import type { WorkableRecord } from './planned-record.ts'

/**
 * Notices when one subject comes under two keys in one stream: then two makers of keys are at work, and the subject's
 * order is lost. Remembers so many subjects of each topic only, in memory, so that no number is kept anywhere.
 */
export class KeysSeen {
  readonly #limit: number
  /** By topic, then by subject: one text less to make for each event. */
  readonly #keys = new Map<string, Map<string, string>>()

  constructor(limit = 20_000) {
    this.#limit = limit
  }

  /** True where the subject has been seen under another key; from then on the new key is the known one. */
  isSecondKey(topic: string, subject: string, key: string): boolean {
    const keys = this.#keysOf(topic)
    const known = keys.get(subject)
    // Not moved to the end: that would cost more than it is worth to know who came latest.
    if (known === key) return false
    keys.delete(subject)
    keys.set(subject, key)
    if (keys.size > this.#limit) {
      const oldest = keys.keys().next()
      if (!oldest.done) keys.delete(oldest.value)
    }
    return known !== undefined
  }

  #keysOf(topic: string): Map<string, string> {
    let keys = this.#keys.get(topic)
    if (keys === undefined) this.#keys.set(topic, (keys = new Map()))
    return keys
  }
}

/** Tells of events whose subject has been seen under another key: in the log, and as a metric. */
export function reportSecondKeys(
  keys: KeysSeen,
  topic: string,
  records: readonly WorkableRecord[],
  { metrics, log }: { readonly metrics: Pick<ServiceMetrics, 'secondKey'>; readonly log: Log },
): void {
  for (const record of records) {
    if (record.kind !== 'event' || !keys.isSecondKey(topic, record.subject, record.event.subjectKey)) continue
    metrics.secondKey(topic)
    log.warn('a subject comes under two keys: its order is lost; a new key needs a new stream', {
      stream: topic,
      eventId: record.event.id,
      eventSource: record.event.source,
    })
  }
}
