import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import type { NoticeJson } from '../notices.ts'

const eventsPerRequest = 100
const requestsAtOnce = 8
const patienceMilliseconds = 60_000
const retryMilliseconds = 500

/** An event as an agency without Kafka sends it. */
export interface HttpEvent {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  /** The id of the earlier event of the same source that it corrects, or takes back. */
  readonly corrects?: string
  readonly annuls?: boolean
  readonly data: object
}

/**
 * Sends events to ingress in batches, and again what was not accepted for a while: with the same ids they count once.
 * Throws `door-refused` where an event is refused for good.
 */
export async function sendToIngress(ingressUrl: string, events: readonly HttpEvent[]): Promise<void> {
  for (let begin = 0; begin < events.length; begin += eventsPerRequest) {
    let left = events.slice(begin, begin + eventsPerRequest)
    await patiently('ingress', async () => {
      const batch = left.map((event) => ({ specversion: '1.0', datacontenttype: 'application/json', ...event }))
      const response = await post(`${ingressUrl}/events`, 'application/cloudevents-batch+json', batch)
      if (![207, 503].includes(response.status)) return response
      const { results } = (await response.clone().json()) as { readonly results?: readonly Result[] }
      if (results?.some(isRefusedForGood)) throw await refused('ingress', response)
      left = left.filter((_, index) => results?.[index]?.status !== 'accepted')
      return undefined
    })
  }
}

interface Result {
  readonly status: 'accepted' | 'refused' | 'unknown'
  readonly problem?: { readonly status: number }
}

function isRefusedForGood({ status, problem }: Result): boolean {
  return status === 'refused' && problem?.status !== 503
}

/** Sends notices to layoff-notices, a few at once, but a withdrawal never before its notice. Throws `door-refused`. */
export async function sendNotices(layoffNoticesUrl: string, notices: readonly NoticeJson[]): Promise<void> {
  for (const withdrawals of [false, true]) {
    const wave = notices.filter((notice) => (notice.trukketTidspunkt !== null) === withdrawals)
    for (let begin = 0; begin < wave.length; begin += requestsAtOnce) {
      await Promise.all(
        wave.slice(begin, begin + requestsAtOnce).map(async (notice) => {
          await patiently('layoff-notices', async () => {
            const response = await post(`${layoffNoticesUrl}/layoff-notices`, 'application/json', notice)
            return response.status === 503 ? undefined : response
          })
        }),
      )
    }
  }
}

/** Asks a door until it answers for good, as an agency's system would that waits while the hub is away. */
async function patiently(door: string, ask: () => Promise<Response | undefined>): Promise<void> {
  for (const end = Date.now() + patienceMilliseconds; ; await wait(retryMilliseconds)) {
    try {
      const response = await ask()
      if (response?.ok === true) return await response.body?.cancel()
      if (response !== undefined) throw await refused(door, response)
    } catch (error) {
      if (!(error instanceof HubError && error.code === 'door-unreachable') || Date.now() > end) throw error
    }
    if (Date.now() > end)
      throw new HubError('door-unreachable', `${door} was away too long: look with \`samspill status\``)
  }
}

async function post(url: string, contentType: string, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    })
  } catch (cause) {
    throw new HubError('door-unreachable', `${new URL(url).origin} does not answer: look with \`samspill status\``, {
      cause,
    })
  }
}

async function refused(door: string, response: Response): Promise<HubError> {
  const answer = await response.text()
  return new HubError('door-refused', `${door} answered ${response.status}: ${answer.slice(0, 2_000)}`)
}
