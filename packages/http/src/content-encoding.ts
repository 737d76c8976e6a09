import { promisify } from 'node:util'
import { brotliDecompress, constants, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { problem } from './problem.ts'

/** The content encodings a body may come in. */
export type ContentEncoding = 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd'

type Decompressor = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

/** Without these a small frame may ask for 128 MiB of window before its first byte is out. */
const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 }

const decompressors: Readonly<Record<Exclude<ContentEncoding, 'identity'>, Decompressor>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: (body, options) => promisify(zstdDecompress)(body, { ...options, params: zstdWindow }),
}

/** Reads the Content-Encoding header. Throws HttpProblem 415 for an unknown encoding, or for several at once. */
export function encodingOf(header: string | undefined): ContentEncoding {
  const name = header?.trim().toLowerCase() || 'identity'
  const encoding = name === 'x-gzip' ? 'gzip' : name
  if (encoding === 'identity' || isKnown(encoding)) return encoding
  throw problem(
    415,
    'content-encoding-unsupported',
    'The Content-Encoding is not one this server takes: use one of gzip, deflate, br or zstd, or none.',
    { headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' } },
  )
}

/** Decompresses a body, at most `maxBytes` out. Throws HttpProblem 413 above that, 400 for damaged bytes. */
export async function decompress(
  body: Buffer,
  encoding: Exclude<ContentEncoding, 'identity'>,
  maxBytes: number,
): Promise<Buffer> {
  try {
    return await decompressors[encoding](body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw problem(413, 'body-too-large', `The body is larger than ${maxBytes} bytes when decompressed.`)
    }
    throw problem(400, 'body-damaged', `The body is not valid ${encoding}, as its Content-Encoding says.`)
  }
}

function isKnown(name: string): name is Exclude<ContentEncoding, 'identity'> {
  return Object.hasOwn(decompressors, name)
}
