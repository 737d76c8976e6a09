import { HubError, RetryLater } from '@samspill/service'

const mostBytes = 32_000_000
const timeoutMilliseconds = 30_000
const longestRetryMilliseconds = 3_600_000

/** An answer of the register: its JSON, or that the thing asked for is gone (404 and 410). */
export type Answer = { readonly json: unknown } | 'gone'

/**
 * Asks the register once, with a bound on time and size; redirects are refused, since they could lead anywhere. Throws
 * RetryLater where the register is away or busy (network, timeout, 429, 5xx), after as long as it asks for, and HubError
 * `register-answer-unexpected` for any other answer.
 */
export async function fetchJson(url: URL, signal: AbortSignal): Promise<Answer> {
  const response = await ask(url, signal)
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel()
    return 'gone'
  }
  if (response.status === 429 || response.status >= 500) {
    await response.body?.cancel()
    throw new RetryLater(retryAfter(response), `the register answered ${response.status}`)
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw unexpected(
      `status ${response.status} where 200 is expected; look at the address in SAMSPILL_ENHETSREGISTERET`,
    )
  }
  const text = await boundedText(response)
  try {
    return { json: JSON.parse(text) }
  } catch (cause) {
    throw unexpected('a body that is not JSON', cause)
  }
}

/** The error for an answer that cannot be used: says what was found. */
export function unexpected(found: string, cause?: unknown): HubError {
  return new HubError('register-answer-unexpected', `The register answered with ${found}.`, { cause })
}

async function ask(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    })
  } catch (cause) {
    throw away(cause)
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > mostBytes) throw unexpected(`more than ${mostBytes} bytes`)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw cause instanceof HubError ? cause : away(cause)
  }
  return Buffer.concat(chunks, length).toString('utf8')
}

function away(cause: unknown): RetryLater {
  return new RetryLater(5_000, 'the register cannot be reached, or was too slow', { cause })
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return seconds > 0 ? Math.min(seconds * 1000, longestRetryMilliseconds) : 10_000
}
