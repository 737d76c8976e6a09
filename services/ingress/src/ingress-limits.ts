import { numberOr, type Environment } from '@samspill/config'

/** How much ingress takes at once. */
export interface IngressLimits {
  /** Bytes of a request with one event, as they arrive and decompressed. */
  readonly eventBodyBytes: number
  /** Bytes of a request with a batch, as they arrive and decompressed. */
  readonly batchBodyBytes: number
  /** Events in one batch. */
  readonly batchEvents: number
  /** Bytes of one event's data, encoded. Must stay below what a topic takes. */
  readonly encodedEventBytes: number
  /** Events that wait for the brokers at once. */
  readonly eventsInFlight: number
  /** Bytes of bodies that are read or worked on at once. */
  readonly bodyBytesInFlight: number
  /** How long a body may take to arrive. */
  readonly bodyMilliseconds: number
  /** How long an event may take to be acknowledged. */
  readonly publishMilliseconds: number
}

const mebibyte = 1024 * 1024

/** Reads the limits from `SAMSPILL_INGRESS_*`. Throws HubError `config-invalid`. */
export function readIngressLimits(source: Environment): IngressLimits {
  const number = (name: string, otherwise: number, least: number, most: number): number =>
    numberOr(source, `SAMSPILL_INGRESS_${name}`, otherwise, { least, most })
  return {
    eventBodyBytes: number('EVENT_BODY_BYTES', mebibyte, 1_024, 16 * mebibyte),
    batchBodyBytes: number('BATCH_BODY_BYTES', 10 * mebibyte, 1_024, 256 * mebibyte),
    batchEvents: number('BATCH_EVENTS', 1_000, 1, 100_000),
    encodedEventBytes: number('ENCODED_EVENT_BYTES', 900_000, 1_024, 16 * mebibyte),
    eventsInFlight: number('EVENTS_IN_FLIGHT', 20_000, 1, 1_000_000),
    bodyBytesInFlight: number('BODY_BYTES_IN_FLIGHT', 128 * mebibyte, mebibyte, 4_096 * mebibyte),
    bodyMilliseconds: number('BODY_MILLISECONDS', 10_000, 100, 300_000),
    publishMilliseconds: number('PUBLISH_MILLISECONDS', 5_000, 10, 300_000),
  }
}
