import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import { askService, readRequest, withdrawRequest, type Database, type NewRequest } from '@samspill/postgres'

/** How an answer is waited for. */
export interface AskOptions {
  /** Hears how far the service has come, whenever that has changed. */
  readonly onProgress?: (progress: unknown) => void
  /** How long a process of the service may take to begin; 10 s unless told. */
  readonly takenWithinMilliseconds?: number
}

/**
 * Asks the processes of a service, and waits for the answer of the one that takes it. Throws `service-not-running` where
 * none takes it, and what the service answers.
 */
export async function askAndWait(
  database: Database,
  service: string,
  request: NewRequest,
  { onProgress, takenWithinMilliseconds = 10_000 }: AskOptions = {},
): Promise<unknown> {
  const id = await askService(database, request)
  const giveUpAt = Date.now() + takenWithinMilliseconds
  let told = ''
  for (;;) {
    const status = await readRequest(database, id)
    if (status === undefined || status.state === 'withdrawn') throw notRunning(service)
    if (status.state === 'done') return status.result
    if (status.state === 'failed') throw failureOf(status.result)
    if (status.attempts === 0 && Date.now() > giveUpAt) {
      await withdrawRequest(database, id)
      throw notRunning(service)
    }
    const progress = JSON.stringify(status.progress)
    if (status.progress !== null && progress !== told) onProgress?.(status.progress)
    told = progress
    await wait(200)
  }
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
