import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { isIP, type AddressInfo } from 'node:net'
import { HubError } from '@samspill/contracts'
import { answerBrokenRequest } from './broken-request.ts'
import { sendProblem } from './failure-answer.ts'
import { problem } from './problem.ts'

/** The words that let a server without access control be reached from other machines. */
export const unprotectedWords = 'there is no access control yet'

/** Where to listen, and how patient to be. */
export interface ListenOptions {
  /** `127.0.0.1` unless told; another machine reaches it only with `unprotected`. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** To listen beyond loopback, say that you know: `'there is no access control yet'`. */
  readonly unprotected?: string | undefined
  /** How long a stop waits for requests in flight; 10,000 unless told. */
  readonly stopMilliseconds?: number | undefined
}

/** A server that listens; disposing of it stops it. */
export interface Listening extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** `http://<host>:<port>`. */
  readonly url: string
  /** Takes no new connections, finishes the requests in flight, and cuts what is left after `stopMilliseconds`. */
  stop(): Promise<void>
}

/**
 * Serves an app. Throws HubError `listen-unprotected` for an address beyond loopback without the words,
 * `listen-address-taken` and `listen-failed`.
 */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listening> {
  const host = options.host ?? '127.0.0.1'
  const loopback = isLoopback(host)
  if (!loopback && options.unprotected !== unprotectedWords) {
    throw new HubError(
      'listen-unprotected',
      `Listening on ${host} would let other machines in, and ${unprotectedWords}. ` +
        `Listen on 127.0.0.1, or say that you know by setting "unprotected" to '${unprotectedWords}'.`,
    )
  }
  const state = { stopping: false }
  const isAsked = loopbackHosts()
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (state.stopping) response.setHeader('Connection', 'close')
    const { host: asked } = request.headers
    if (loopback && asked !== undefined && !isAsked(asked)) refuseForeignHost(response)
    else app(request, response)
  }
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
    },
    answer,
  )
  // Node would say "100 Continue" by itself; readBody says it once the header has told that the body is welcome.
  server.on('checkContinue', answer)
  // Node would answer any other expectation by itself, with an empty page.
  server.on('checkExpectation', refuseExpectation)
  server.on('clientError', answerBrokenRequest)
  await bind(server, host, options.port)

  const address = server.address() as AddressInfo
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    state.stopping = true
    stopped ??= closeGently(server, options.stopMilliseconds ?? 10_000)
    return stopped
  }
  const urlHost = isIP(host) === 6 ? `[${host}]` : host
  return { host, port: address.port, url: `http://${urlHost}:${address.port}`, stop, [Symbol.asyncDispose]: stop }
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw taken
      ? new HubError('listen-address-taken', `Port ${port} on ${host} is taken by another program. Choose another.`)
      : new HubError('listen-failed', `Cannot listen on ${host}, port ${port}.`, { cause: error })
  }
}

async function closeGently(server: Server, patience: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection that becomes idle after close() would else keep the server for its whole keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), 25)
  const cut = setTimeout(() => server.closeAllConnections(), patience)
  try {
    await closed
  } finally {
    clearInterval(sweep)
    clearTimeout(cut)
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

/** Tells loopback's names in Host headers; most requests ask for the same one as the request before. */
function loopbackHosts(): (header: string) => boolean {
  let last: string | undefined
  return (header) => {
    if (header === last) return true
    if (!isLoopback(hostName(header))) return false
    last = header
    return true
  }
}

function hostName(header: string): string {
  return header
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
}

/** A page in somebody's browser can make a name of its own point at loopback; its Host header gives it away. */
function refuseForeignHost(response: ServerResponse): void {
  sendProblem(
    response,
    problem(
      421,
      'host-foreign',
      'This server listens on loopback only and answers to localhost, 127.0.0.1 or [::1] in the Host header.',
    ),
  )
}

function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  sendProblem(
    response,
    problem(417, 'expectation-unknown', 'The Expect header may say 100-continue and nothing else: leave it out.'),
  )
}
