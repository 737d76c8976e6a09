import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkCompatibility } from '@samspill/avro'
import { evolutionPairs, type EvolutionPair, type Schema } from './evolution-pairs.ts'
import { freshSubject, registryUnderTest } from './registry-under-test.ts'

const { url, headers } = registryUnderTest()
const pairs = fc.sample(evolutionPairs, 250)

/** The rules by which we refuse what the registry takes, and what the message must say for it. */
const stricter: Readonly<Record<string, RegExp>> = {
  'namespace-renamed': /only the namespace differs, which some readers follow and others refuse/,
  'union-not-nullable': /write one nullable field per alternative/,
  'logical-type-changed': /the same bytes would mean something else/,
  // Avro takes text and bytes for each other.
  'type-changed': /(string|bytes)[^]*(string|bytes)[^]*add a new nullable field beside it/,
}

describe('whether a schema may follow another', () => {
  test('is judged alike by us, by the registry and by a reader of real data, or we say why we are stricter', async () => {
    const counts = { taken: 0, refused: 0, stricter: 0 }
    for (const pair of pairs) {
      const problems = checkCompatibility(pair.earlier, pair.later)
      const registry = await registryTakes(pair)
      const about = JSON.stringify({ ...pair, problems, registry })
      if (problems.length === 0) {
        expect(registry, about).toBe(true)
        expect(readsBothWays(pair), about).toBe(true)
        counts.taken += 1
      } else if (registry) {
        for (const { rule, message } of problems) {
          expect(Object.keys(stricter), about).toContain(rule)
          expect(message).toMatch(stricter[rule] ?? /^$/)
        }
        counts.stricter += 1
      } else {
        counts.refused += 1
      }
    }
    // Pairs of one kind only would prove nothing of the others.
    for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(10)
  }, 120_000)
})

/** What the registry says of the later schema under FULL_TRANSITIVE, the earlier one registered. */
async function registryTakes({ earlier, later }: EvolutionPair): Promise<boolean> {
  const subject = freshSubject('third-opinion')
  await send('PUT', `/config/${subject}`, { compatibility: 'FULL_TRANSITIVE' })
  await send('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(earlier) })
  const { is_compatible: taken } = await send('POST', `/compatibility/subjects/${subject}/versions`, {
    schema: JSON.stringify(later),
  })
  expect(taken).toBeTypeOf('boolean')
  return taken === true
}

async function send(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  expect(answer.status, `${method} ${path}: ${text}`).toBe(200)
  return JSON.parse(text) as Record<string, unknown>
}

/** Whether real data of each is read by the other, and what both know is the same on both sides. */
function readsBothWays({ earlier, later }: EvolutionPair): boolean {
  return reads(earlier, later) && reads(later, earlier)
}

function reads(written: Schema, read: Schema): boolean {
  const [writer, reader] = [typeOf(written), typeOf(read)]
  const resolver = reader.createResolver(writer)
  const shared = written.fields.filter((field) => read.fields.some((other) => sameText(field, other)))
  return Array.from({ length: 5 }, () => {
    const event = writer.random() as unknown as Record<string, unknown>
    const found = reader.fromBuffer(writer.toBuffer(event), resolver) as Record<string, unknown>
    return shared.every(({ name }) => sameText(event[String(name)], found[String(name)]))
  }).every(Boolean)
}

function typeOf(schema: Schema): avsc.Type {
  return avsc.Type.forSchema(schema as never, { wrapUnions: 'never' })
}

function sameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
