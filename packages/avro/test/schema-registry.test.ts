import { describe, expect, test } from 'vitest'
import { connectRegistry } from '@samspill/avro'
import { layoffSchema } from './contracts.ts'

/** A registry that answers from a script, and counts. */
function scripted(answer: (path: string, request: number) => Response | Promise<Response>) {
  const requests: { readonly path: string; readonly init: RequestInit }[] = []
  const send = async (address: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = String(address).replace('http://registry.test/apis', '')
    requests.push({ path, init })
    return answer(path, requests.length)
  }
  return { requests, fetch: send as typeof fetch }
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })
const found = () => json({ schema: JSON.stringify(layoffSchema) })
const notFound = () => json({ error_code: 40403, message: 'Schema not found' }, 404)
const connect = (script: { fetch: typeof fetch }, now: () => number = () => 0) =>
  connectRegistry({
    url: 'http://registry.test/apis/',
    fetch: script.fetch,
    now,
    headers: { authorization: 'Bearer key' },
  })

describe('looking schemas up', () => {
  test('an id is asked for once, however many ask at the same time', async () => {
    const script = scripted(found)
    const registry = connect(script)
    const answers = await Promise.all(Array.from({ length: 50 }, () => registry.schemaById(7)))
    expect(answers.at(-1)).toEqual(layoffSchema)
    await registry.schemaById(7)
    expect(script.requests.map(({ path }) => path)).toEqual(['/schemas/ids/7'])
  })

  test('a schema is looked up by its content under its subject and never registered', async () => {
    const script = scripted(() => json({ subject: 's', version: 1, id: 42 }))
    const registry = connect(script)
    expect(await registry.idOf('nav.layoffs-nav.layoffs.LayoffRegistered', layoffSchema)).toBe(42)
    expect(await registry.idOf('nav.layoffs-nav.layoffs.LayoffRegistered', layoffSchema)).toBe(42)
    expect(script.requests).toMatchObject([
      {
        path: '/subjects/nav.layoffs-nav.layoffs.LayoffRegistered',
        init: { method: 'POST', redirect: 'error', headers: { authorization: 'Bearer key' } },
      },
    ])
  })

  test('an unknown id is believed for a moment, then asked for again', async () => {
    let now = 0
    const script = scripted((_, request) => (request === 1 ? notFound() : found()))
    const registry = connect(script, () => now)
    await expect(registry.schemaById(9)).rejects.toMatchObject({ code: 'schema-unknown' })
    await expect(registry.schemaById(9)).rejects.toMatchObject({ code: 'schema-unknown' })
    expect(script.requests).toHaveLength(1)
    now = 4_000
    expect(await registry.schemaById(9)).toEqual(layoffSchema)
  })

  test('a schema that is not registered says how to register it', async () => {
    const registry = connect(scripted(notFound))
    await expect(registry.idOf('s', layoffSchema)).rejects.toMatchObject({
      code: 'schema-not-registered',
      message: expect.stringContaining('samspill schemas register'),
    })
  })
})

describe('a registry that is away', () => {
  const away = () => Promise.reject(new TypeError('connect ECONNREFUSED'))

  test('is tried three times and then said to be unavailable; the next call tries again', async () => {
    const script = scripted((_, request) => (request <= 3 ? away() : found()))
    const registry = connect(script)
    await expect(registry.schemaById(7)).rejects.toMatchObject({ code: 'registry-unavailable' })
    expect(script.requests).toHaveLength(3)
    expect(await registry.schemaById(7)).toEqual(layoffSchema)
  })

  test('does not keep known schemas from being used', async () => {
    const script = scripted((_, request) => (request === 1 ? found() : away()))
    const registry = connect(script)
    await registry.schemaById(7)
    expect(await registry.schemaById(7)).toEqual(layoffSchema)
    await expect(registry.schemaById(8)).rejects.toMatchObject({ code: 'registry-unavailable' })
  })

  test('comes back between two attempts without anybody noticing', async () => {
    const script = scripted((_, request) => (request === 1 ? new Response('busy', { status: 503 }) : found()))
    expect(await connect(script).schemaById(7)).toEqual(layoffSchema)
  })

  test('a hanging one is given up', async () => {
    const hanging = scripted(() => new Promise<Response>(() => {}))
    const abortable = (address: string | URL | Request, init: RequestInit = {}) =>
      Promise.race([
        hanging.fetch(address, init),
        new Promise<never>((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('timeout')))),
      ])
    const registry = connectRegistry({
      url: 'http://registry.test/apis',
      fetch: abortable as typeof fetch,
      timeoutMilliseconds: 20,
      attempts: 1,
    })
    await expect(registry.schemaById(7)).rejects.toMatchObject({ code: 'registry-unavailable' })
  })
})

describe('a registry that answers nonsense', () => {
  test.each([
    ['more than it may', () => new Response('x'.repeat(2_000_000)), 'registry-refused'],
    ['a page of HTML', () => new Response('<html>'), 'registry-unavailable'],
    ['that we may not', () => json({}, 401), 'registry-refused'],
    ['a schema that is no JSON', () => json({ schema: '{' }), 'schema-invalid'],
    ['a schema of 300 kB', () => json({ schema: `"${'x'.repeat(300_000)}"` }), 'schema-invalid'],
    ['no schema', () => json({}), 'schema-unknown'],
  ])('%s', async (_, answer, code) => {
    const registry = connect(scripted(() => answer()))
    await expect(registry.schemaById(7)).rejects.toMatchObject({ code })
  })

  test('its credentials in the address are not repeated', async () => {
    const registry = connectRegistry({
      url: 'http://user:secret@registry.test/apis',
      fetch: (() => Promise.reject(new Error('no'))) as typeof fetch,
      attempts: 1,
    })
    await expect(registry.schemaById(7)).rejects.toThrow(/^(?!.*secret).*registry\.test/)
  })
})
