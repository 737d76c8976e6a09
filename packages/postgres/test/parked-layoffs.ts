import { encodeHeaders } from '@samspill/contracts'
import type { ParkedFailure, RecordToPark } from '@samspill/postgres'

/** A layoff as it was read from partition 0, about somebody whose key is the name. */
export function layoff(subject: string, offset: number): RecordToPark {
  return {
    stream: 'nav.layoffs',
    key: Buffer.from(subject),
    topic: 'nav.layoffs',
    partition: 0,
    offset: BigInt(offset),
    recordedAt: Date.UTC(2020, 2, 20, 8, 30),
    value: Buffer.from(`\0\0\0\0\u0001about ${subject}, ${offset}`),
    headers: encodeHeaders([['ce_id', Buffer.from(`layoff-${offset}`)]]),
    event: { source: '/nav/layoffs', id: `layoff-${offset}`, type: 'nav.layoffs.LayoffRegistered' },
    contentHash: undefined,
  }
}

/** A failure after which no retry follows, unless one is given. */
export function failed({ code, at = '2020-03-20T10:00:00Z' }: { code: string; at?: string }): ParkedFailure {
  return {
    attempts: 1,
    retryAt: undefined,
    code,
    reason: 'the rate table has no row for March 2020',
    failedAt: Date.parse(at),
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }
}
