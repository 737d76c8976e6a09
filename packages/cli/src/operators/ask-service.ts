import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import {
  askService,
  keepAsking,
  readRequest,
  withdrawRequest,
  type Database,
  type NewRequest,
  type RequestStatus,
} from '@samspill/postgres'

/** How an answer is waited for. */
export interface AskOptions {
  /** Hears how far the service has come, whenever that has changed. */
  readonly tell?: (line: string) => void
  readonly progressText?: (progress: unknown) => string
  /** How long nobody may have it in hand; 10 s unless told. */
  readonly takenWithinMilliseconds?: number
}

const lookMilliseconds = 200
const signMilliseconds = 5_000

/**
 * Asks the processes of a service, and waits for the answer of the one that takes it. Ctrl-C and SIGTERM take the request
 * back, and the service stops working on it. Throws `service-not-running` where none takes it, `request-withdrawn`, and
 * what the service answers.
 */
export async function askAndWait(
  database: Database,
  service: string,
  request: NewRequest,
  options: AskOptions = {},
): Promise<unknown> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const id = await askService(database, request)
    await untilEnded(database, id, stopping.signal, options)
    // What ends at this moment has ended: it is not taken back then.
    await withdrawRequest(database, id)
    const status = await readRequest(database, id)
    if (status?.state === 'done') return status.result
    if (status?.state === 'failed') throw failureOf(status.result)
    throw stopping.signal.aborted ? withdrawn(service) : notRunning(service)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Waits until the request has ended, or need not be waited for any longer. */
async function untilEnded(
  database: Database,
  id: number,
  signal: AbortSignal,
  { tell = () => undefined, progressText, takenWithinMilliseconds = 10_000 }: AskOptions,
): Promise<void> {
  let giveUpAt = Date.now() + takenWithinMilliseconds
  let signAt = Date.now() + signMilliseconds
  let told = ''
  for (;;) {
    const status = await readRequest(database, id)
    const open = status?.state === 'asked' || status?.state === 'running'
    if (!open || signal.aborted) return
    if (status.inHand || status.behind) giveUpAt = Date.now() + takenWithinMilliseconds
    if (Date.now() > giveUpAt) return
    if (Date.now() > signAt) {
      await keepAsking(database, id)
      signAt = Date.now() + signMilliseconds
    }
    const line = lineOf(status, progressText)
    if (line !== '' && line !== told) tell(line)
    told = line
    await wait(lookMilliseconds)
  }
}

function lineOf({ inHand, behind, progress }: RequestStatus, progressText: AskOptions['progressText']): string {
  if (!inHand) return behind ? '  the service does the same for somebody else: this waits for that to end' : ''
  return progress === null ? '' : (progressText?.(progress) ?? '')
}

function withdrawn(service: string): HubError {
  return new HubError('request-withdrawn', `the request was taken back, and ${service} works on it no longer`)
}

function notRunning(service: string): HubError {
  return new HubError(
    'service-not-running',
    `no process of ${service} took the request: start the service (see \`samspill status\`), then ask again`,
  )
}

function failureOf(result: unknown): HubError {
  const { code, message } = result as { readonly code: string; readonly message: string }
  return new HubError(code, `the service could not do it: ${message}`)
}
