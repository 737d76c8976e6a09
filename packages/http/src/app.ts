import express, { type Express, type IRouter } from 'express'
import type { Log } from '@samspill/telemetry'
import { problemHandler } from './error-handler.ts'
import { addOperations, type Operations } from './operations.ts'
import { notFound } from './route.ts'

/** What an app is made of. */
export interface AppOptions extends Operations {
  readonly log: Log
  /** Adds the app's own addresses; use `route` for them, so that other methods are answered 405. */
  readonly routes?: (router: IRouter) => void
}

/**
 * Makes an express app that answers its own routes, `/health/live`, `/health/ready` and `/metrics`, and answers
 * everything else, every failure included, with problem+json.
 */
export function createApp(options: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use((_request, response, next) => {
    response.setHeader('X-Content-Type-Options', 'nosniff')
    next()
  })
  options.routes?.(app)
  addOperations(app, options)
  app.use(notFound)
  app.use(problemHandler(options.log))
  return app
}
