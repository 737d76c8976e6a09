import { readFileSync } from 'node:fs'
import { decodeHeaders, type RecordHeaders } from '@samspill/contracts'

export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** A record batch as kafka-clients 4.3.1 writes it, see java-batches/WriteBatches.java. */
export function javaBatch(compression: (typeof compressions)[number]): Buffer {
  return readFileSync(new URL(`java-batches/${compression}.bin`, import.meta.url))
}

interface Content {
  readonly offset: bigint
  readonly timestamp: number
  readonly key: string | undefined
  readonly value: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** What WriteBatches.java put into each batch. */
export function javaContent(): Content[] {
  let noise = 42n
  return Array.from({ length: 150 }, (_, number) => {
    let value = ''
    for (let word = 0; word < 30; word += 1) {
      noise = (noise * 1103515245n + 12345n) & 0x7fffffffn
      value += `permittering-${noise % 1000n}${word % 7 === 0 ? '; ' : ' '}`
    }
    return {
      offset: BigInt(number),
      timestamp: 1_584_000_000_000 + number,
      key: number % 10 === 0 ? undefined : `key-${number}`,
      value: number % 25 === 0 ? undefined : value,
      headers: [
        ['ce_type', 'nav.layoffs.LayoffRegistered'],
        ['trace', String(number)],
        ['ce_type', 'again'],
      ],
    }
  })
}

/** The same form for a record that was read. */
export function contentOf(record: {
  readonly offset: bigint
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeaders
}): Content {
  return {
    offset: record.offset,
    timestamp: record.timestamp,
    key: record.key?.toString(),
    value: record.value?.toString(),
    headers: decodeHeaders(record.headers).map(([name, value]) => [name, value.toString()] as const),
  }
}
