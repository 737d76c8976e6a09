import type { IRouter, RequestHandler } from 'express'
import { problem } from './problem.ts'

/** A handler for each method that an address answers. */
export type MethodHandlers = Readonly<Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', RequestHandler>>>

/** Adds an address with its methods; every other method is answered 405 with `Allow`. */
export function route(router: IRouter, path: string, handlers: MethodHandlers): void {
  const methods = Object.keys(handlers) as (keyof MethodHandlers)[]
  for (const method of methods) {
    const handler = handlers[method]
    if (handler !== undefined) router[method](path, handler)
  }
  const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ')
  router.all(path, (request, response) => {
    if (request.method === 'OPTIONS') {
      response.setHeader('Allow', `${allow}, OPTIONS`)
      response.statusCode = 204
      response.end()
      return
    }
    throw problem(405, 'method-not-allowed', `This address does not take ${request.method}, but ${allow}.`, {
      headers: { Allow: allow },
    })
  })
}

/** The last handler of an app: what no route took is answered 404. */
export const notFound: RequestHandler = () => {
  throw problem(404, 'not-found', 'There is nothing at this address.')
}
