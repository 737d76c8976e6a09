import { HubError } from '@samspill/contracts'
import type { NoticeJson } from '../notices.ts'

const eventsPerRequest = 100
const requestsAtOnce = 8

/** An event as an agency without Kafka sends it. */
export interface HttpEvent {
  readonly id: string
  readonly source: string
  readonly type: string
  readonly time: string
  readonly data: object
}

/** Sends events to ingress in batches. Throws `door-refused` unless all are accepted. */
export async function sendToIngress(ingressUrl: string, events: readonly HttpEvent[]): Promise<void> {
  for (let begin = 0; begin < events.length; begin += eventsPerRequest) {
    const batch = events.slice(begin, begin + eventsPerRequest).map((event) => ({
      specversion: '1.0',
      datacontenttype: 'application/json',
      ...event,
    }))
    const response = await post(`${ingressUrl}/events`, 'application/cloudevents-batch+json', batch)
    if (response.status !== 202) throw await refused('ingress', response)
    await response.body?.cancel()
  }
}

/** Sends notices to layoff-notices, a few at once, but a withdrawal never before its notice. Throws `door-refused`. */
export async function sendNotices(layoffNoticesUrl: string, notices: readonly NoticeJson[]): Promise<void> {
  for (const withdrawals of [false, true]) {
    const wave = notices.filter((notice) => (notice.trukketTidspunkt !== null) === withdrawals)
    for (let begin = 0; begin < wave.length; begin += requestsAtOnce) {
      await Promise.all(
        wave.slice(begin, begin + requestsAtOnce).map(async (notice) => {
          const response = await post(`${layoffNoticesUrl}/layoff-notices`, 'application/json', notice)
          if (!response.ok) throw await refused('layoff-notices', response)
          await response.body?.cancel()
        }),
      )
    }
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
