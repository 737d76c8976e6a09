import { HubError } from '@samspill/contracts'
import { setTimeout as wait } from 'node:timers/promises'

export interface RegistryOptions {
  /** The Confluent API's address, e.g. `http://127.0.0.1:18081/apis/ccompat/v7`. */
  readonly url: string
  /** Sent with every request, e.g. `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** For one attempt; 5 s unless told otherwise. */
  readonly timeoutMilliseconds?: number
  /** Attempts for what may pass (no answer, 429, 5xx); 3 unless told otherwise. */
  readonly attempts?: number
  readonly fetch?: typeof fetch
  readonly now?: () => number
}

/** A registry's answer: 2xx or 404, 409, 422. */
export interface RegistryAnswer {
  readonly status: number
  /** Parsed JSON. */
  readonly body: unknown
}

/** Speaks HTTP with a registry. Throws HubError `registry-unavailable` (try again) or `registry-refused`. */
export interface RegistryHttp {
  get(path: string): Promise<RegistryAnswer>
  post(path: string, body: object): Promise<RegistryAnswer>
  put(path: string, body: object): Promise<RegistryAnswer>
  delete(path: string): Promise<RegistryAnswer>
}

const largestAnswer = 1_048_576
const pauseMilliseconds = 100

export function createRegistryHttp(options: RegistryOptions): RegistryHttp {
  const send = (method: string, path: string, body?: object) => sendPatiently(options, method, path, body)
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
  }
}

async function sendPatiently(options: RegistryOptions, method: string, path: string, body?: object) {
  const attempts = options.attempts ?? 3
  let failure: unknown
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      const answer = await sendOnce(options, method, path, body)
      if (answer.status < 500 && answer.status !== 429) return expected(answer, method, path)
      failure = new HubError('registry-refused', `it answered ${answer.status}`)
    } catch (error) {
      if (error instanceof HubError) throw error
      failure = error
    }
    if (attempt < attempts) await wait(pauseMilliseconds * 2 ** (attempt - 1))
  }
  throw new HubError(
    'registry-unavailable',
    `the schema registry at ${shown(options.url)} does not answer as it should`,
    {
      cause: failure,
    },
  )
}

function expected(answer: RegistryAnswer, method: string, path: string): RegistryAnswer {
  if ((answer.status >= 200 && answer.status < 300) || [404, 409, 422].includes(answer.status)) return answer
  throw new HubError('registry-refused', `the schema registry answered ${answer.status} to ${method} ${path}`)
}

async function sendOnce(
  options: RegistryOptions,
  method: string,
  path: string,
  body?: object,
): Promise<RegistryAnswer> {
  const response = await (options.fetch ?? fetch)(options.url.replace(/\/+$/, '') + path, {
    method,
    headers: {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(options.timeoutMilliseconds ?? 5_000),
  })
  const text = await boundedText(response)
  return { status: response.status, body: parsed(text, response.status) }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > largestAnswer)
      throw new HubError('registry-refused', 'the schema registry answered with more than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page in front of the registry is an absence of the registry, not its answer.
    if (status < 500) throw new TypeError('the answer is not JSON')
    return undefined
  }
}

/** The address without what may be secret in it. */
function shown(url: string): string {
  const parts = URL.parse(url)
  return parts === null ? 'an address that is no URL' : parts.origin + parts.pathname
}
