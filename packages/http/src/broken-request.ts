import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problem, type HttpProblem } from './problem.ts'

/** Answers what never became a request (broken HTTP, too large headers, too slow) with problem+json, and hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const found = problemOfBrokenRequest(error.code)
  const body = JSON.stringify(found.toProblem())
  socket.end(
    [
      `HTTP/1.1 ${found.status} ${STATUS_CODES[found.status]}`,
      'Content-Type: application/problem+json',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function problemOfBrokenRequest(code: string | undefined): HttpProblem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem(431, 'headers-too-large', 'The request headers are larger than 16 KiB.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem(413, 'body-too-large', 'The chunk extensions of the body are too large.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(408, 'request-timeout', 'The request took too long to arrive.')
    default:
      return problem(400, 'http-malformed', 'This is not valid HTTP/1.1.')
  }
}
