import { request } from 'node:http'
import { createApp, listen, type Listening, type NotReadyReason, type Router } from '../src/index.ts'

/** What the app under test has logged, as text. */
export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly listening: Listening
  readonly logged: string[]
}

/** Serves an app on a free loopback port. */
export async function serve(
  routes: (router: Router) => void = () => {},
  options: { readonly notReady?: () => readonly NotReadyReason[]; readonly stopMilliseconds?: number } = {},
): Promise<TestServer> {
  const logged: string[] = []
  const write = (message: string, fields?: object): void => {
    logged.push(message + JSON.stringify(fields))
  }
  const log = { debug: write, info: write, warn: write, error: write }
  const metrics = { text: async () => 'requests_total 1\n', contentType: 'text/plain; version=0.0.4' }
  const app = createApp({
    log,
    metrics: metrics as never,
    notReady: options.notReady ?? (() => []),
    routes,
  })
  const listening = await listen(app, { port: 0, stopMilliseconds: options.stopMilliseconds })
  return {
    url: listening.url,
    port: listening.port,
    listening,
    logged,
    [Symbol.asyncDispose]: () => listening.stop(),
  }
}

/** An answer with its body as text, and as a problem where it is one. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Sends a request over plain HTTP with exactly the headers given. */
export function send(
  server: { readonly port: number },
  options: {
    readonly method?: string
    readonly path?: string
    readonly headers?: Record<string, string | number>
    readonly body?: Buffer | string
    /** Leaves the request open: the body that was announced never comes. */
    readonly unfinished?: boolean
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: server.port,
        method: options.method ?? 'POST',
        path: options.path ?? '/',
        headers: options.headers ?? {},
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => {
          outgoing.destroy()
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          })
        })
      },
    )
    outgoing.on('error', reject)
    if (options.body !== undefined) outgoing.write(options.body)
    if (options.unfinished) outgoing.flushHeaders()
    else outgoing.end()
  })
}

/** The problem in an answer, once it is seen to be problem+json with the answer's own status. */
export function problemIn(answer: Answer): Record<string, unknown> {
  if (answer.headers['content-type'] !== 'application/problem+json') {
    throw new Error(`not problem+json but ${String(answer.headers['content-type'])}: ${answer.text}`)
  }
  const found = JSON.parse(answer.text) as Record<string, unknown>
  if (found['status'] !== answer.status) throw new Error('the problem does not have the status of its answer')
  return found
}
