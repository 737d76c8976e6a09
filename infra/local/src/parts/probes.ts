import { connect } from 'node:net'

const timeoutMilliseconds = 2_000

/** Asks a web address: undefined for an answer with status 200, else why not. */
export async function probeHttp(url: string, headers: Record<string, string> = {}): Promise<string | undefined> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMilliseconds) })
    const text = await response.text()
    return response.status === 200 ? undefined : `${url} answers ${response.status} ${text.slice(0, 200)}`.trim()
  } catch (error) {
    return `${url} does not answer (${reasonOf(error)})`
  }
}

/** Asks a Kafka broker which requests it knows, which it answers only when it takes requests. */
export function probeKafka(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = Buffer.alloc(14)
    request.writeInt32BE(10, 0)
    request.writeInt16BE(18, 4) // ApiVersions, version 0
    request.writeInt32BE(1, 8)
    request.writeInt16BE(-1, 12)
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMilliseconds })
    const finish = (why?: string): void => {
      socket.destroy()
      resolve(why)
    }
    socket.once('connect', () => socket.write(request))
    socket.once('data', () => finish())
    socket.once('timeout', () => finish(`the broker on port ${port} does not answer`))
    socket.once('close', () => finish(`the broker on port ${port} closes connections`))
    socket.once('error', (error) => finish(`the broker on port ${port} does not answer (${reasonOf(error)})`))
  })
}

/** Opens a connection and closes it: undefined when that works, else why not. */
export function probeConnection(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMilliseconds })
    const finish = (why?: string): void => {
      socket.destroy()
      resolve(why)
    }
    socket.once('connect', () => finish())
    socket.once('timeout', () => finish(`port ${port} does not answer`))
    socket.once('error', (error) => finish(`port ${port} does not answer (${reasonOf(error)})`))
  })
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : String(cause)
}
