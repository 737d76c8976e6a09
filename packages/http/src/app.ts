import type { RequestListener } from 'node:http'
import type { Log } from '@samspill/telemetry'
import { answerFailure } from './failure-answer.ts'
import { addOperations, type Operations } from './operations.ts'
import { AppRouter, type Router } from './router.ts'

/** What an app is made of. */
export interface AppOptions extends Operations {
  readonly log: Log
  /** Adds the app's own addresses. */
  readonly routes?: (router: Router) => void
}

/**
 * Makes an app on plain `node:http` that answers its own routes, `/health/live`, `/health/ready` and `/metrics`, and
 * answers everything else, every failure included, with problem+json.
 */
export function createApp(options: AppOptions): RequestListener {
  const router = new AppRouter()
  options.routes?.(router)
  addOperations(router, options)
  return (request, response) => {
    const fail = (error: unknown): void => answerFailure(error, request, response, options.log)
    try {
      // A promise for nothing is what handlers give that wait for something.
      router.answer(request, response)?.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}
