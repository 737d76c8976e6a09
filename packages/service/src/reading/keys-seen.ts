import type { Log } from '@samspill/telemetry'
import type { ServiceMetrics } from '../service-metrics.ts'
import type { WorkableRecord } from './planned-record.ts'

/**
 * Notices when one subject comes under two keys in one stream: then two makers of keys are at work, and the subject's
 * order is lost. Remembers the last subjects of each topic only, at least half of the limit and at most all of it, in
 * memory, so that no number is kept anywhere.
 */
export class KeysSeen {
  readonly #limit: number
  readonly #topics = new Map<string, KeysOfTopic>()

  constructor(limit = 20_000) {
    this.#limit = limit
  }

  /** True where the subject has been seen under another key; from then on the new key is the known one. */
  isSecondKey(topic: string, subject: string, key: string): boolean {
    const keys = this.#topics.get(topic) ?? { latest: new Map<string, string>(), earlier: new Map<string, string>() }
    const known = keys.latest.get(subject) ?? keys.earlier.get(subject)
    if (known === key) return false
    keys.latest.set(subject, key)
    // Half of them are forgotten at once: to take one away for each that comes, the oldest would have to be looked for
    // behind all that were taken away before.
    const isFull = keys.latest.size * 2 >= this.#limit
    this.#topics.set(topic, isFull ? { latest: new Map(), earlier: keys.latest } : keys)
    return known !== undefined
  }
}

/** By subject. */
interface KeysOfTopic {
  readonly latest: Map<string, string>
  readonly earlier: ReadonlyMap<string, string>
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
