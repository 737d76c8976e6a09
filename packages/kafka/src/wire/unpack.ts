import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { malformed } from './byte-cursor.ts'
import { unpackLz4 } from './lz4.ts'
import { unpackSnappy } from './snappy.ts'
import { tooLarge } from './unpacked-limit.ts'

const unpackGzip = promisify(gunzip)
const unpackZstd = promisify(zstdDecompress)

/**
 * Unpacks the records of a batch by the compression number of its attributes. Throws HubError: `unpacked-too-large`
 * beyond the limit in bytes, `bytes-malformed` where they do not unpack.
 */
export async function unpack(compression: number, packed: Buffer, limit: number): Promise<Buffer> {
  switch (compression) {
    case 0:
      return packed
    case 1:
      return bounded(unpackGzip(packed, { maxOutputLength: limit }), limit)
    case 2:
      return unpackSnappy(packed, limit)
    case 3:
      return unpackLz4(packed, limit)
    case 4:
      return bounded(unpackZstd(packed, { maxOutputLength: limit }), limit)
    default:
      throw malformed('the compression is not one that Kafka knows')
  }
}

async function bounded(unpacking: Promise<Buffer>, limit: number): Promise<Buffer> {
  try {
    return await unpacking
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit)
    throw malformed('the compressed bytes do not unpack')
  }
}
