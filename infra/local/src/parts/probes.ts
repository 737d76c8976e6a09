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

export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : String(cause)
}
