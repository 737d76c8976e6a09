import type { Log } from '@samspill/telemetry'
import type { ServiceMetrics } from '../service-metrics.ts'
import { factors, fingerprint, FingerprintTable } from './fingerprints.ts'
import type { WorkableRecord } from './planned-record.ts'

/**
 * Notices when one subject comes under two keys in one stream: then two makers of keys are at work, and the subject's
 * order is lost. Remembers the last subjects of each topic only, at least half of the limit and at most all of it, in
 * memory and as fingerprints, so that no number is kept anywhere.
 */
export class KeysSeen {
  readonly #limit: number
  readonly #topics = new Map<string, KeysOfTopic>()

  constructor(limit = 20_000) {
    this.#limit = limit
  }

  /** True where the subject has been seen under another key; from then on the new key is the known one. */
  isSecondKey(topic: string, subject: string, key: string): boolean {
    const keys = this.#keysOf(topic)
    const first = fingerprint(subject, factors[0])
    const second = fingerprint(subject, factors[1])
    const value = fingerprint(key, factors[2])
    const known = keys.latest.get(first, second) || keys.earlier.get(first, second)
    if (known === value) return false
    keys.latest.set(first, second, value)
    // Half of them are forgotten at once: it takes a search to find the oldest one.
    if (keys.latest.size * 2 >= this.#limit) {
      keys.earlier.clear()
      this.#topics.set(topic, { latest: keys.earlier, earlier: keys.latest })
    }
    return known !== 0
  }

  #keysOf(topic: string): KeysOfTopic {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const half = Math.ceil(this.#limit / 2)
    const made = { latest: new FingerprintTable(half), earlier: new FingerprintTable(half) }
    this.#topics.set(topic, made)
    return made
  }
}

/** By subject. */
interface KeysOfTopic {
  readonly latest: FingerprintTable
  readonly earlier: FingerprintTable
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
