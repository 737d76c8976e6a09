import { connect } from 'node:net'
import { HubError, RetryLater } from '@samspill/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problem } from '../src/index.ts'
import { problemIn, send, serve, type TestServer } from './testing-app.ts'

let server: TestServer
const throwing = (error: unknown) => (): never => {
  throw error
}

beforeAll(async () => {
  server = await serve((router) => {
    const refused = problem(422, 'notice-invalid', 'The notice breaks its schema.', {
      errors: [{ path: 'periods[2].from', rule: 'wrong-type', message: 'a date, yyyy-mm-dd, is expected' }],
    })
    router.route('/refused', { post: throwing(refused) })
    router.route('/bug', { post: throwing(new TypeError('cannot read 01010199999')) })
    router.route('/rejected', { post: () => Promise.reject(new HubError('commit-rolled-back', 'inner words')) })
    router.route('/away', { post: throwing(new RetryLater(1500)) })
    router.route('/foreign', { post: throwing(Object.assign(new Error('body was 01010199999'), { status: 413 })) })
    router.route('/cases/:id', { get: (_request, response, { id }) => void response.end(id) })
  })
})
afterAll(() => server.listening.stop())

describe('a request that fails', () => {
  it('is answered with the problem its handler threw, each field by path and rule', async () => {
    expect(problemIn(await send(server, { path: '/refused' }))).toEqual({
      type: 'urn:samspill:problem:notice-invalid',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'The notice breaks its schema.',
      code: 'notice-invalid',
      errors: [{ path: 'periods[2].from', rule: 'wrong-type', message: 'a date, yyyy-mm-dd, is expected' }],
    })
  })

  it.each([
    ['/bug', 500, 'internal-error'],
    ['/rejected', 500, 'commit-rolled-back'],
    ['/foreign', 500, 'internal-error'],
  ])('at %s is answered %i %s, with nothing of the inside', async (path, status, code) => {
    const answer = await send(server, { path })
    expect(problemIn(answer)).toMatchObject({ status, code })
    expect(answer.text).not.toMatch(/01010199999|inner words|at .*\.ts|<html/)
  })

  it('is told when to come back where something outside is away', async () => {
    const answer = await send(server, { path: '/away' })
    expect(problemIn(answer)).toMatchObject({ status: 503, code: 'retry-later' })
    expect(answer.headers['retry-after']).toBe('2')
  })

  it('is logged when the fault is the hub’s', async () => {
    await send(server, { path: '/bug' })
    expect(server.logged.at(-1)).toContain('a request failed inside the hub')
  })
})

describe('an address', () => {
  it('that is not there is answered 404', async () => {
    expect(problemIn(await send(server, { path: '/nowhere?person=1' }))).toMatchObject({
      status: 404,
      code: 'not-found',
    })
  })

  it('gives its handler what its path names, with and without a slash, a query and escapes', async () => {
    for (const path of ['/cases/l%C3%B8pe%201', '/cases/l%C3%B8pe%201/', '/cases/l%C3%B8pe%201?page=2']) {
      expect(await send(server, { method: 'GET', path })).toMatchObject({ status: 200, text: 'løpe 1' })
    }
    expect((await send(server, { method: 'GET', path: '/cases/' })).status).toBe(404)
  })

  it('answers HEAD as it answers GET, without the body', async () => {
    const answer = await send(server, { method: 'HEAD', path: '/health/live' })
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([200, 'application/json', ''])
  })

  it('with a malformed escape is answered 400', async () => {
    expect(problemIn(await send(server, { method: 'GET', path: '/cases/%E0%A4' }))).toMatchObject({ status: 400 })
  })

  it('answers another method 405 and says which it takes', async () => {
    const answer = await send(server, { method: 'GET', path: '/refused' })
    expect(problemIn(answer)).toMatchObject({ status: 405, code: 'method-not-allowed' })
    expect(answer.headers['allow']).toBe('POST')
  })

  it('answers OPTIONS with its methods', async () => {
    const answer = await send(server, { method: 'OPTIONS', path: '/health/live' })
    expect([answer.status, answer.headers['allow']]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })
})

describe('what is not a request', () => {
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })

  it('is answered 400 with a problem', async () => {
    const text = await raw('NONSENSE\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).toContain('application/problem+json')
    expect(text).toContain('"code":"http-malformed"')
  })

  it('is answered 431 when its headers are too large', async () => {
    const text = await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(text).toContain('"code":"headers-too-large"')
  })
})

describe('every answer', () => {
  it.each([
    ['a problem', { path: '/refused' }],
    ['an address that is not there', { path: '/nowhere' }],
    ['a method that is not there', { path: '/refused', method: 'PUT' }],
    ['the methods of an address', { path: '/refused', method: 'OPTIONS' }],
    ['JSON', { path: '/health/live', method: 'GET' }],
    ['metrics', { path: '/metrics', method: 'GET' }],
    ['a foreign host', { path: '/health/live', method: 'GET', headers: { host: 'elsewhere.example' } }],
  ])('says nothing of the software and forbids guessing its type: %s', async (_what, request) => {
    const answer = await send(server, request)
    expect(answer.headers['x-powered-by']).toBeUndefined()
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })
})
