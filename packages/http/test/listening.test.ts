import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { listen, unprotectedWords, type NotReadyReason } from '../src/index.ts'
import { problemIn, send, serve } from './testing-app.ts'

describe('listening', () => {
  it('beyond loopback is refused unless told in words that there is no access control', async () => {
    await expect(listen(() => {}, { host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'listen-unprotected' })
    await expect(listen(() => {}, { host: '0.0.0.0', port: 0, unprotected: 'yes' })).rejects.toThrow(unprotectedWords)
    await using told = await listen((_request, response) => void response.end('here'), {
      host: '0.0.0.0',
      port: 0,
      unprotected: 'there is no access control yet',
    })
    const answer = await send(told, { headers: { host: 'samspill.example' } })
    expect(answer.text).toBe('here')
  })

  it('on a port that is taken says so in one sentence', async () => {
    await using first = await serve()
    await expect(listen(() => {}, { port: first.port })).rejects.toMatchObject({ code: 'listen-address-taken' })
  })

  it('on loopback answers no foreign name, since a page in a browser can point one here', async () => {
    await using server = await serve()
    const answer = await send(server, { path: '/health/live', method: 'GET', headers: { host: 'evil.example:80' } })
    expect(problemIn(answer)).toMatchObject({ status: 421, code: 'host-foreign' })
    const local = await send(server, { path: '/health/live', method: 'GET', headers: { host: 'localhost:18080' } })
    expect(local.status).toBe(200)
  })

  it('answers an expectation that it does not know with a problem too', async () => {
    await using server = await serve()
    const answer = await send(server, { path: '/health/live', method: 'GET', headers: { expect: 'wonders' } })
    expect(problemIn(answer)).toMatchObject({ status: 417, code: 'expectation-unknown' })
  })
})

describe('stopping', () => {
  it('finishes the requests in flight and takes no new ones', async () => {
    const server = await serve((router) => {
      router.route('/slow', {
        get: async (_request, response) => {
          await sleep(100)
          response.end('done')
        },
      })
    })
    const inFlight = send(server, { method: 'GET', path: '/slow', headers: { connection: 'keep-alive' } })
    await sleep(30)
    const stopped = server.listening.stop()
    await expect(send(server, { method: 'GET', path: '/slow' })).rejects.toThrow(/ECONNREFUSED|ECONNRESET/)
    expect((await inFlight).text).toBe('done')
    await stopped
  })

  it('cuts what has not finished when its patience ends', async () => {
    const server = await serve((router) => router.route('/never', { get: () => {} }), { stopMilliseconds: 50 })
    const inFlight = send(server, { method: 'GET', path: '/never' })
    const cut = expect(inFlight).rejects.toThrow(/socket hang up|ECONNRESET/)
    await sleep(30)
    await server.listening.stop()
    await cut
  })
})

describe('operations', () => {
  it('are told that the service lives, whether it is ready and why not, and its metrics', async () => {
    let reasons: readonly NotReadyReason[] = [{ code: 'broker-away', message: 'no broker has answered yet' }]
    await using server = await serve(undefined, { notReady: () => reasons })
    const get = (path: string) => send(server, { method: 'GET', path })

    expect((await get('/health/live')).status).toBe(200)
    const notReady = await get('/health/ready')
    expect([notReady.status, JSON.parse(notReady.text)]).toEqual([503, { status: 'not-ready', reasons }])
    reasons = []
    expect((await get('/health/ready')).status).toBe(200)
    const metrics = await get('/metrics')
    expect([metrics.headers['content-type'], metrics.text]).toEqual(['text/plain; version=0.0.4', 'requests_total 1\n'])
  })
})
