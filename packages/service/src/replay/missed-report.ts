import type { WorkableRecord } from '../reading/planned-record.ts'
import type { Settled } from '../reading/settle-batch.ts'

/** What a replay of missed events found and did. Holds no keys and no values. */
export interface MissedReport {
  readonly dryRun: boolean
  /** The moment from which on it looked, ISO 8601. */
  readonly from: string
  /** Records that were looked at. */
  readonly read: number
  /** Events that the service had passed over, by type. */
  readonly missed: Readonly<Record<string, number>>
  /** Among the records some that cannot be read: they are parked, as if they had come now. */
  readonly unreadable: number
  /** Batches of records that are damaged as a whole: nothing is done about them. */
  readonly damaged: number
  /** Records that the streams no longer hold, and that may have been written since the moment: nobody can say. */
  readonly expired: number
  readonly handled: number
  /** Events that were parked, as they failed or had to wait behind another of their subject. */
  readonly parked: number
}

/** Counts what a replay of missed events finds and does. */
export class MissedTally {
  readonly #missed: Record<string, number> = {}
  #read = 0
  #unreadable = 0
  #damaged = 0
  #handled = 0
  #parked = 0

  get read(): number {
    return this.#read
  }

  addRead(records: number, damaged: number): void {
    this.#read += records
    this.#damaged += damaged
  }

  addMissed(records: readonly WorkableRecord[]): void {
    for (const record of records) {
      if (record.kind !== 'event') this.#unreadable += 1
      else this.#missed[record.event.type] = (this.#missed[record.event.type] ?? 0) + 1
    }
  }

  addSettled({ results }: Settled): void {
    for (const { handled, failed, waiting } of results) {
      this.#handled += handled.length
      this.#parked += failed.length + waiting
    }
  }

  report({
    dryRun,
    from,
    expired,
  }: Pick<MissedReport, 'dryRun' | 'expired'> & { readonly from: number }): MissedReport {
    return {
      dryRun,
      from: new Date(from).toISOString(),
      read: this.#read,
      missed: this.#missed,
      unreadable: this.#unreadable,
      damaged: this.#damaged,
      expired,
      handled: this.#handled,
      parked: this.#parked,
    }
  }
}
