import type { TestHub } from '../../src/index.ts'
import { eventually } from '../../src/index.ts'

/** What stands in a service's schema of one parked event. */
export interface ParkedRow {
  readonly id: number
  readonly stream: string
  readonly topic: string
  readonly key: string
  readonly state: 'waiting' | 'retrying' | 'dead'
  readonly attempts: number
  readonly code: string | null
  readonly reason: string | null
  readonly event_id: string | null
  readonly traceparent: string | null
  readonly headers: Buffer
}

/** Reads all that a service has parked, in order. */
export async function parkedRows(hub: TestHub, service: string): Promise<readonly ParkedRow[]> {
  const { rows } = await hub.schema(service).query<ParkedRow>(
    `select id, stream, topic, encode(key, 'hex') as key, state, attempts, code, reason, event_id, traceparent, headers
       from parked_event order by id`,
  )
  return rows
}

/** Waits until a service has parked so many events, in the given states. */
export async function untilParked(
  hub: TestHub,
  service: string,
  count: number,
  isMeant: (row: ParkedRow) => boolean = () => true,
): Promise<readonly ParkedRow[]> {
  return await eventually(`${count} events are parked`, async () => {
    const rows = await parkedRows(hub, service)
    return rows.filter(isMeant).length >= count && rows
  })
}

/** The numbers that each subject's events came with, in the order in which they were handled; kept in a table `seen`. */
export async function numbersBySubject(hub: TestHub, service: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await hub
    .schema(service)
    .query<{ subject: string; numbers: readonly number[] }>(
      'select subject, array_agg(number order by at) as numbers from seen group by subject',
    )
  return new Map(rows.map(({ subject, numbers }) => [subject, numbers]))
}

/** Waits until so many events stand in the table `seen`; for 90 seconds, since they can be many. */
export async function untilSeen(
  hub: TestHub,
  service: string,
  count: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  return await eventually(
    `${count} events are handled`,
    async () => {
      const numbers = await numbersBySubject(hub, service)
      return [...numbers.values()].reduce((sum, own) => sum + own.length, 0) >= count && numbers
    },
    90_000,
  )
}

/** 1, 2, 3 … up to the last. */
export function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
