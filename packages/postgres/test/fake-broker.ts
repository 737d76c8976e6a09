import { HubError } from '@samspill/contracts'
import type { RelayRow } from '@samspill/postgres'

/** A broker that keeps what it was sent, and acknowledges, hangs or refuses as it is told. */
export class FakeBroker {
  readonly log: { readonly eventId: string; readonly topic: string; readonly key: string }[] = []
  /** What happens to a row before it is written; the row is written when this resolves. */
  onSend: (row: RelayRow) => Promise<void> = async () => undefined

  readonly send = async (row: RelayRow): Promise<void> => {
    await this.onSend(row)
    this.log.push({ eventId: row.eventId, topic: row.topic, key: row.key.toString() })
  }

  get eventIds(): readonly string[] {
    return this.log.map((entry) => entry.eventId)
  }

  /** The event ids of one subject, in the order of their first appearance. */
  of(key: string): readonly string[] {
    return [...new Set(this.log.filter((entry) => entry.key === key).map((entry) => entry.eventId))]
  }
}

export class TooLarge extends HubError {
  readonly permanent = true

  constructor() {
    super('record-too-large', 'the record is larger than the topic takes')
  }
}
