/** A record batch with this payload, as a producer of any kind could write it. */
export function writtenBatch(options: {
  readonly compression: number
  readonly count: number
  readonly payload: Buffer
  readonly baseOffset?: bigint
  readonly attributes?: number
  readonly producerId?: bigint
}): Buffer {
  const head = Buffer.alloc(61)
  head.writeBigInt64BE(options.baseOffset ?? 0n, 0)
  head.writeInt32BE(49 + options.payload.length, 8)
  head.writeInt32BE(-1, 12)
  head.writeInt8(2, 16)
  head.writeInt16BE(options.compression | (options.attributes ?? 0), 21)
  head.writeInt32BE(options.count - 1, 23)
  head.writeBigInt64BE(1_584_000_000_000n, 27)
  head.writeBigInt64BE(1_584_000_000_000n, 35)
  head.writeBigInt64BE(options.producerId ?? -1n, 43)
  head.writeInt16BE(-1, 51)
  head.writeInt32BE(-1, 53)
  head.writeInt32BE(options.count, 57)
  const batch = Buffer.concat([head, options.payload])
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

/** One record of a batch, uncompressed. */
export function writtenRecord(number: number, value: Buffer, key: Buffer | null = null): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(number),
    key === null ? varint(-1) : Buffer.concat([varint(key.length), key]),
    varint(value.length),
    value,
    varint(0),
  ])
  return Buffer.concat([varint(body.length), body])
}

export function varint(value: number): Buffer {
  let rest = BigInt(value) >= 0n ? BigInt(value) * 2n : BigInt(-value) * 2n - 1n
  const bytes: number[] = []
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value
})

/** CRC-32C, byte by byte. */
export function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
