import { describe, expect, test } from 'vitest'
import { createRegistrar } from '@samspill/avro'

/** A registry that checks nothing and takes whatever comes, as one whose check and write are two steps may do. */
function carelessRegistry() {
  const versions: { version: number; id: number; schema: string }[] = []
  let taken = 0
  const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })
  /** Until both registrars have written, neither sees the other's version. */
  const bothWritten = Promise.withResolvers<void>()
  const send = async (address: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = String(address).replace('http://registry.test', '')
    const version = Number(/\/versions\/(\d+)$/.exec(path)?.[1])
    if (init.method === 'POST' && path.endsWith('/versions')) {
      versions.push({ version: ++taken, id: taken, schema: JSON.parse(String(init.body)).schema })
      if (taken === 2) bothWritten.resolve()
      return answer({ id: taken })
    }
    if (init.method === 'POST') return answer({}, 404)
    if (path.startsWith('/config')) return answer({ compatibilityLevel: 'FULL_TRANSITIVE' })
    if (init.method === 'DELETE') {
      versions.splice(
        versions.findIndex((found) => found.version === version),
        1,
      )
      return answer(version)
    }
    if (taken > 0) await bothWritten.promise
    if (Number.isNaN(version))
      return versions.length === 0 ? answer({}, 404) : answer(versions.map((found) => found.version))
    const found = versions.find((one) => one.version === version)
    return found ? answer({ subject: 's', ...found }) : answer({}, 404)
  }
  return { versions, fetch: send as typeof fetch }
}

describe('a registry that would take two schemas that do not fit each other', () => {
  test('is left with the first: the later registrar takes its own back and says why', async () => {
    const registry = carelessRegistry()
    const event = (type: string) => ({
      type: 'record',
      name: 'LayoffRegistered',
      namespace: 'nav.layoffs',
      fields: [{ name: 'note', type: ['null', type], default: null }],
    })
    const verdicts = await Promise.all(
      ['string', 'int'].map((type) =>
        createRegistrar({ url: 'http://registry.test', fetch: registry.fetch }).register([
          { subject: 's', schema: event(type) },
        ]),
      ),
    )
    expect(verdicts.flat()).toMatchObject([
      { outcome: 'registered', id: 1 },
      { outcome: 'refused', problems: [{ path: 'note', rule: 'type-changed' }] },
    ])
    expect(registry.versions.map(({ version }) => version)).toEqual([1])
  })
})
