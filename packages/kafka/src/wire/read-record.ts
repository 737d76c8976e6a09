import { headersInWireForm, type RecordHeaders } from '@samspill/contracts'
import type { LogRecord } from './record-batch.ts'

/** What the records of one batch have in common. */
export interface BatchOfRecords extends Pick<LogRecord, 'control' | 'transactional' | 'producerId'> {
  /** The unpacked bytes of all records. */
  readonly payload: Buffer
}

/** Where the parts of a record stand in its batch's bytes; a start below zero says that there is none. */
export interface RecordPlaces {
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  /** Where the value ends. */
  readonly headersStart: number
  readonly end: number
}

/**
 * A record as a view of its batch's bytes. Thousands wait at once to be handled, and buffers for their parts would be
 * most of what they hold and what garbage collection moves about: each part becomes one when it is asked for.
 */
export class ReadRecord implements LogRecord {
  readonly offset: bigint
  readonly timestamp: number
  readonly #batch: BatchOfRecords
  readonly #keyStart: number
  readonly #keyEnd: number
  readonly #valueStart: number
  readonly #headersStart: number
  readonly #end: number

  constructor(batch: BatchOfRecords, offset: bigint, timestamp: number, places: RecordPlaces) {
    this.#batch = batch
    this.offset = offset
    this.timestamp = timestamp
    this.#keyStart = places.keyStart
    this.#keyEnd = places.keyEnd
    this.#valueStart = places.valueStart
    this.#headersStart = places.headersStart
    this.#end = places.end
  }

  get key(): Buffer | null {
    return this.#keyStart < 0 ? null : this.#batch.payload.subarray(this.#keyStart, this.#keyEnd)
  }

  get value(): Buffer | null {
    return this.#valueStart < 0 ? null : this.#batch.payload.subarray(this.#valueStart, this.#headersStart)
  }

  get headers(): RecordHeaders {
    return headersInWireForm(this.#batch.payload.subarray(this.#headersStart, this.#end))
  }

  get control(): boolean {
    return this.#batch.control
  }

  get transactional(): boolean {
    return this.#batch.transactional
  }

  get producerId(): bigint {
    return this.#batch.producerId
  }
}
