import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJson, readBody, sendJson } from '../src/index.ts'
import { problemIn, send, serve, type TestServer } from './testing-app.ts'

const maxBytes = 10_000
const notice = { subUnit: '974600951', employees: 40 }
let server: TestServer

beforeAll(async () => {
  server = await serve((router) => {
    router.route('/', {
      post: async (request, response) => {
        const body = await readBody(request, response, { maxBytes, timeoutMilliseconds: 200 })
        sendJson(response, 200, parseJson(body))
      },
    })
  })
})
afterAll(() => server.listening.stop())

describe('a body within its limits', () => {
  it('arrives as it was sent', async () => {
    const answer = await send(server, { body: JSON.stringify(notice) })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, notice])
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('arrives decompressed when it was sent with %s', async (encoding, compress) => {
    const answer = await send(server, {
      body: compress(JSON.stringify(notice)),
      headers: { 'content-encoding': encoding },
    })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, notice])
  })

  it('arrives when the client first asks whether it is welcome', async () => {
    const answer = await send(server, { body: JSON.stringify(notice), headers: { expect: '100-continue' } })
    expect(answer.status).toBe(200)
  })
})

describe('a body beyond its limits', () => {
  it('is refused 413 from its header, before any of it has come', async () => {
    const answer = await send(server, { headers: { 'content-length': maxBytes + 1 }, unfinished: true })
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'body-too-large' })
  })

  it('is refused 413 while it comes, when no header tells how long it is', async () => {
    const answer = await send(server, {
      headers: { 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(maxBytes + 1),
      unfinished: true,
    })
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'body-too-large' })
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('is refused 413 when %s unpacks to more', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(8_000_000))
    expect(bomb.length).toBeLessThan(maxBytes)
    const answer = await send(server, { body: bomb, headers: { 'content-encoding': encoding } })
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'body-too-large' })
  })

  it('is refused 408 when it does not come', async () => {
    const answer = await send(server, { headers: { 'content-length': 50 }, body: '{"half":', unfinished: true })
    expect(problemIn(answer)).toMatchObject({ status: 408, code: 'request-timeout' })
  })
})

describe('a body that cannot be read', () => {
  it.each(['compress', 'gzip, br', '__proto__'])('is refused 415 for the encoding %s', async (encoding) => {
    const answer = await send(server, { body: '{}', headers: { 'content-encoding': encoding } })
    expect(problemIn(answer)).toMatchObject({ status: 415, code: 'content-encoding-unsupported' })
    expect(answer.headers['accept-encoding']).toBe('gzip, deflate, br, zstd')
  })

  it.each(['gzip', 'deflate', 'br', 'zstd'])('is refused 400 for damaged %s', async (encoding) => {
    const answer = await send(server, { body: 'not compressed', headers: { 'content-encoding': encoding } })
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'body-damaged' })
  })

  it('is refused 400 for bytes that are not UTF-8', async () => {
    const answer = await send(server, { body: Buffer.from([0x22, 0xff, 0x22]) })
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'body-not-utf8' })
  })

  it('is refused 400 for malformed JSON, with the place and without the content', async () => {
    const answer = await send(server, { body: '{\n  "person": 01010199999 Ola }' })
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'json-malformed' })
    expect(answer.text).toContain('line 2, column 14')
    expect(answer.text).not.toMatch(/0101|Ola/)
  })

  it('is refused 400 for nesting that no contract has', async () => {
    const answer = await send(server, { body: '['.repeat(4000) + ']'.repeat(4000) })
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'json-too-deep' })
  })
})

describe('the key __proto__', () => {
  it('is an own property and changes no prototype', () => {
    const parsed = parseJson(Buffer.from('{"__proto__": {"admin": true}}')) as { admin?: boolean }
    expect(parsed.admin).toBeUndefined()
    expect(Object.keys(parsed)).toEqual(['__proto__'])
  })
})
