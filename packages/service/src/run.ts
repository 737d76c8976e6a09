import { once } from 'node:events'
import { readConfig } from '@samspill/config'
import { HubError } from '@samspill/contracts'
import type { FeedDefinition } from './define-feed.ts'
import type { ServiceDefinition } from './define-service.ts'
import { startProcess } from './start-process.ts'

/**
 * Runs services until the process is told to stop (SIGTERM or SIGINT), then finishes the running batches, commits and
 * leaves. Reads where the hub is from the environment. A mistake in the set-up is told in one sentence, with exit code 1.
 */
export async function run(...definitions: readonly (ServiceDefinition | FeedDefinition)[]): Promise<void> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  process.once('SIGTERM', stop).once('SIGINT', stop)
  try {
    await using running = await startProcess(definitions, { config: readConfig(process.env) })
    const stopped = stopping.signal.aborted ? undefined : once(stopping.signal, 'abort')
    await Promise.race([stopped, running.started.then(() => stopped)])
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n`)
    process.exitCode = 1
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop)
  }
}
