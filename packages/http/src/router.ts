import type { IncomingMessage, ServerResponse } from 'node:http'
import { problem } from './problem.ts'

/** The parts of an address that its path names with a colon, unescaped. */
export type PathParameters = Readonly<Record<string, string>>

/** Answers a request. What it throws, or rejects with, is answered as a problem. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  parameters: PathParameters,
) => Promise<void> | void

/** A handler for each method that an address answers; `get` answers HEAD too. */
export type MethodHandlers = Readonly<Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', RequestHandler>>>

/** Takes the addresses of an app. */
export interface Router {
  /** Adds an address, e.g. `/cases/:id`, with its methods; every other method is answered 405 with `Allow`. */
  route(path: string, handlers: MethodHandlers): void
}

interface Address {
  readonly handlers: ReadonlyMap<string, RequestHandler>
  readonly allow: string
}

interface Pattern extends Address {
  readonly parts: readonly string[]
}

const noParameters: PathParameters = Object.freeze({})

/** The addresses of one app, and which handler a request is for. */
export class AppRouter implements Router {
  readonly #fixed = new Map<string, Address>()
  readonly #patterns: Pattern[] = []

  route(path: string, handlers: MethodHandlers): void {
    const address = addressOf(handlers)
    if (path.includes('/:')) this.#patterns.push({ ...address, parts: path.split('/') })
    else this.#fixed.set(path, address)
  }

  /** Answers a request by its handler. Throws HttpProblem 404 `not-found`, 405 `method-not-allowed`, 400 `request-invalid`. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    const url = request.url ?? '/'
    const fixed = this.#fixed.get(url) ?? this.#fixed.get(pathOf(url))
    if (fixed !== undefined) return answerAt(fixed, request, response, noParameters)
    const parts = pathOf(url).split('/')
    const pattern = this.#patterns.find((each) => fits(each.parts, parts))
    if (pattern === undefined) throw problem(404, 'not-found', 'There is nothing at this address.')
    return answerAt(pattern, request, response, parametersOf(pattern.parts, parts))
  }
}

function addressOf(handlers: MethodHandlers): Address {
  const byMethod = new Map<string, RequestHandler>()
  for (const [name, handler] of Object.entries(handlers)) {
    byMethod.set(name.toUpperCase(), handler)
    if (name === 'get') byMethod.set('HEAD', handler)
  }
  return { handlers: byMethod, allow: [...byMethod.keys()].join(', ') }
}

function answerAt(
  { handlers, allow }: Address,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: PathParameters,
): Promise<void> | void {
  const { method = '' } = request
  const handler = handlers.get(method)
  if (handler !== undefined) return handler(request, response, parameters)
  if (method !== 'OPTIONS') {
    throw problem(405, 'method-not-allowed', `This address does not take ${method}, but ${allow}.`, {
      headers: { Allow: allow },
    })
  }
  response.writeHead(204, { Allow: `${allow}, OPTIONS`, 'X-Content-Type-Options': 'nosniff' })
  response.end()
}

/** The path of a request's target, without query, and without a slash at its end. */
function pathOf(url: string): string {
  const absolute = url.startsWith('/') ? url : (URL.parse(url)?.pathname ?? url)
  const query = absolute.indexOf('?')
  const path = query === -1 ? absolute : absolute.slice(0, query)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
  )
}

function parametersOf(pattern: readonly string[], parts: readonly string[]): PathParameters {
  const found: Record<string, string> = Object.create(null)
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(':')) found[part.slice(1)] = unescaped(parts[index] ?? '')
  }
  return found
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw problem(400, 'request-invalid', 'The address has an escape that is no UTF-8: write it as %xx.')
  }
}
