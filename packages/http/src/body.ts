import type { IncomingMessage, ServerResponse } from 'node:http'
import { decompress, encodingOf } from './content-encoding.ts'
import { problem, type HttpProblem } from './problem.ts'

/** How much of a body is taken, and how long it may take to arrive. */
export interface BodyLimits {
  /** Most bytes taken, both as they arrive and after decompression. */
  readonly maxBytes: number
  /** How long the whole body may take to arrive; 10,000 unless told. */
  readonly timeoutMilliseconds?: number
}

/**
 * Reads a request body, decompressed (gzip, deflate, br, zstd) and bounded. Throws HttpProblem: 413 (from the header,
 * before anything is read, where the header tells), 415 for an unknown encoding, 400 for a damaged one, 408 when the
 * body is too slow.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  const encoding = encodingOf(request.headers['content-encoding'])
  const announced = Number(request.headers['content-length'])
  if (announced > limits.maxBytes) throw tooLarge(limits.maxBytes)
  if (request.headers.expect !== undefined) response.writeContinue()
  const body = await collect(request, limits)
  return encoding === 'identity' ? body : decompress(body, encoding, limits.maxBytes)
}

/** The problem of a body that is larger than `maxBytes`. */
export function tooLarge(maxBytes: number): HttpProblem {
  return problem(413, 'body-too-large', `The body is larger than ${maxBytes} bytes. Send fewer events per request.`)
}

function collect(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => {
      const slow = 'The body took too long to arrive. Send it again.'
      fail(problem(408, 'request-timeout', slow, { headers: { Connection: 'close' } }))
    }, limits.timeoutMilliseconds ?? 10_000)

    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limits.maxBytes) fail(tooLarge(limits.maxBytes))
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      release()
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length))
    }
    const onGone = (): void => {
      fail(problem(400, 'request-aborted', 'The connection ended before the body did.'))
    }
    const release = (): void => {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
    }
    const fail = (reason: HttpProblem): void => {
      release()
      chunks.length = 0
      // A late error of a body that nobody waits for any more must not become an uncaught one.
      request.on('error', ignoreLateError)
      reject(reason)
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

function ignoreLateError(): void {}
