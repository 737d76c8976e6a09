import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An update as the register lists it. */
export interface ListedUpdate {
  readonly oppdateringsid: number
  readonly dato: string
  readonly organisasjonsnummer: string
  /** Ny, Endring, Sletting, Fjernet, Ukjent. */
  readonly endringstype: string
  readonly endringer?: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[]
}

/** A register that answers as Enhetsregisteret does, with what a test puts into it. */
export interface FakeEnhetsregisteret extends AsyncDisposable {
  /** What the feed is given: `http://127.0.0.1:<port>/enhetsregisteret/api`. */
  readonly url: string
  /** Paths with queries, in the order asked. */
  readonly asked: readonly string[]
  list(...updates: readonly ListedUpdate[]): void
  describe(number: string, description: object): void
  /** The next answers are these instead, one per request. */
  answerNext(...answers: readonly CannedAnswer[]): void
}

export interface CannedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Starts the register on a free port of this machine. */
export async function startEnhetsregisteret(): Promise<FakeEnhetsregisteret> {
  const updates: ListedUpdate[] = []
  const descriptions = new Map<string, object>()
  const canned: CannedAnswer[] = []
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const next = canned.shift()
    if (next !== undefined) {
      response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers }).end(next.body ?? '{}')
      return
    }
    const url = new URL(request.url ?? '', 'http://register')
    const path = url.pathname.replace('/enhetsregisteret/api', '')
    if (path === '/oppdateringer/enheter') answerUpdates(url.searchParams, updates, response)
    else answerUnit(path.replace('/enheter/', ''), updates, descriptions, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/enhetsregisteret/api`,
    asked,
    list: (...listed) => void updates.push(...listed),
    describe: (number, description) => void descriptions.set(number, description),
    answerNext: (...answers) => void canned.push(...answers),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answerUpdates(query: URLSearchParams, updates: readonly ListedUpdate[], response: ServerResponse): void {
  const size = Number(query.get('size') ?? 20)
  if (!(size >= 1 && size <= 10_000)) return send(response, 400, { status: 400, feilmelding: 'Feilaktig forespørsel' })
  const fromId = Number(query.get('oppdateringsid') ?? 1)
  const fromMoment = Date.parse(query.get('dato') ?? '1970-01-01T00:00:00.000Z')
  const withChanges = query.get('includeChanges') === 'true'
  const found = updates.filter((each) => each.oppdateringsid >= fromId && Date.parse(each.dato) >= fromMoment)
  const page = { size, totalElements: found.length, totalPages: Math.ceil(found.length / size), number: 0 }
  const links = { self: { href: 'https://data.brreg.no/enhetsregisteret/api/oppdateringer/enheter' } }
  // The real register leaves `_embedded` out of an empty answer.
  if (found.length === 0) return send(response, 200, { _links: links, page })
  const listed = found.slice(0, size).map(({ endringer, ...update }) => ({
    ...update,
    ...(withChanges && endringer !== undefined ? { endringer } : {}),
    _links: { enhet: { href: `https://data.brreg.no/enhetsregisteret/api/enheter/${update.organisasjonsnummer}` } },
  }))
  send(response, 200, { _embedded: { oppdaterteEnheter: listed }, _links: links, page })
}

function answerUnit(
  number: string,
  updates: readonly ListedUpdate[],
  descriptions: ReadonlyMap<string, object>,
  response: ServerResponse,
): void {
  const removed = updates.some((each) => each.organisasjonsnummer === number && each.endringstype === 'Fjernet')
  const description = descriptions.get(number)
  if (removed) return send(response, 410, { organisasjonsnummer: number, slettedato: '2020-03-20' })
  if (description === undefined) return send(response, 404, { status: 404, feilmelding: 'Not Found' })
  send(response, 200, { organisasjonsnummer: number, ...description })
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
