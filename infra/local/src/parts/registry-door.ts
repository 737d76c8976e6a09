import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What a request may do at the registry's front door. */
export type Admission = 'read' | 'registrar-only' | 'never'

/** The registry's front door: everybody reads, the hub's registrar writes, nobody deletes. */
export interface RegistryDoor extends AsyncDisposable {
  readonly url: string
}

/** Opens the front door on a port of this machine. */
export async function openRegistryDoor(options: {
  readonly port: number
  /** The registry's own port; undefined while it is not started. */
  readonly registryPort: () => number | undefined
  /** What the registrar shows as a bearer token. */
  readonly secret: string
  readonly token: () => string
}): Promise<RegistryDoor> {
  const server = createServer((incoming, outgoing) => {
    const admission = admit(incoming.method ?? '', incoming.url ?? '')
    if (admission === 'never') {
      return refuse(
        outgoing,
        405,
        40501,
        'schemas are never deleted: records written with them would become unreadable',
      )
    }
    if (admission === 'registrar-only' && !showsSecret(incoming.headers.authorization, options.secret)) {
      return refuse(
        outgoing,
        403,
        40301,
        'only the registrar of the hub writes to this registry: put the schema into schemas/ and run `samspill schemas register`',
      )
    }
    forward(incoming, outgoing, options.registryPort(), options.token())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${options.port}/apis/ccompat/v7`,
    [Symbol.asyncDispose]: () => close(server),
  }
}

/** Decides by method and path alone what a request may do. */
export function admit(method: string, url: string): Admission {
  const path = url.split('?')[0] ?? ''
  if (method === 'GET' || method === 'HEAD') return 'read'
  if (method === 'DELETE') {
    return /^\/apis\/ccompat\/v[78]\/subjects\/[\w.~-]+\/versions\/\d+$/.test(path) ? 'registrar-only' : 'never'
  }
  // Confluent clients look a schema's id up with a POST; asking whether it fits is a POST too.
  const asks = /^\/apis\/ccompat\/v[78]\/(subjects\/[\w.~-]+|compatibility\/subjects\/[\w.~-]+\/versions(\/\w+)?)$/
  return method === 'POST' && asks.test(path) ? 'read' : 'registrar-only'
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number | undefined, token: string): void {
  const away = (): void => {
    if (outgoing.headersSent) outgoing.destroy()
    else refuse(outgoing, 503, 50301, 'the registry is not running')
  }
  if (port === undefined) return away()
  const { host: _host, connection: _connection, ...headers } = incoming.headers
  const upstream = request(
    {
      host: '127.0.0.1',
      port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...headers, authorization: `Bearer ${token}` },
      timeout: 30_000,
    },
    (answer) => {
      const { connection: _hop, 'keep-alive': _alive, ...answerHeaders } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, answerHeaders)
      answer.on('error', () => outgoing.destroy()).pipe(outgoing)
    },
  )
  upstream.once('timeout', () => upstream.destroy(new Error('the registry does not answer')))
  upstream.once('error', away)
  outgoing.once('close', () => upstream.destroy())
  incoming.pipe(upstream)
}

function refuse(outgoing: ServerResponse, status: number, code: number, message: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json', connection: 'close' })
  outgoing.end(JSON.stringify({ error_code: code, message }))
}

function showsSecret(authorization: string | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${secret}`))
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
