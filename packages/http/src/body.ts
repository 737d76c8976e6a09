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
export function readBody(request: IncomingMessage, response: ServerResponse, limits: BodyLimits): Promise<Buffer> {
  try {
    const encoding = encodingOf(request.headers['content-encoding'])
    const announced = Number(request.headers['content-length'])
    if (announced > limits.maxBytes) throw tooLarge(limits.maxBytes)
    if (request.headers.expect !== undefined) response.writeContinue()
    const body = collect(request, limits)
    return encoding === 'identity' ? body : body.then((bytes) => decompress(bytes, encoding, limits.maxBytes))
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

/** The problem of a body that is larger than `maxBytes`. */
export function tooLarge(maxBytes: number): HttpProblem {
  return problem(413, 'body-too-large', `The body is larger than ${maxBytes} bytes. Send fewer events per request.`)
}

function collect(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let chunks: Buffer[] | undefined
    let length = 0
    let over = false
    let timer: NodeJS.Timeout | undefined

    const settle = (): void => {
      over = true
      clearTimeout(timer)
    }
    const fail = (reason: HttpProblem): void => {
      settle()
      first = undefined
      chunks = undefined
      // A late error of a body that nobody waits for any more must not become an uncaught one.
      request.on('error', ignoreLateError)
      reject(reason)
    }
    const gone = (): void => {
      if (!over) fail(problem(400, 'request-aborted', 'The connection ended before the body did.'))
    }
    request
      .on('data', (chunk: Buffer) => {
        if (over) return
        length += chunk.length
        if (length > limits.maxBytes) fail(tooLarge(limits.maxBytes))
        else if (first === undefined) first = chunk
        else (chunks ??= [first]).push(chunk)
      })
      .on('end', () => {
        if (over) return
        settle()
        resolve(chunks === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks, length))
      })
      .on('error', gone)
      .on('close', gone)
    // A body that came with its headers, as most do, is here by then and needs no timer.
    process.nextTick(() => {
      if (over || request.complete) return
      timer = setTimeout(() => {
        const slow = 'The body took too long to arrive. Send it again.'
        fail(problem(408, 'request-timeout', slow, { headers: { Connection: 'close' } }))
      }, limits.timeoutMilliseconds ?? 10_000)
    })
  })
}

function ignoreLateError(): void {}
