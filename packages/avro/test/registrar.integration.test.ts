import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { connectRegistry, createRegistrar, type Verdict } from '@samspill/avro'
import type { AvroSchema } from '@samspill/contracts'
import { freshSubject, registryUnderTest } from './registry-under-test.ts'

const registry = registryUnderTest()
const { url } = registry
const registrar = createRegistrar(registry)
const field = (name: string, type: unknown) => ({ name, type })
const optional = (name: string, type: unknown) => ({ name, type: ['null', type], default: null })
const event = (...fields: readonly object[]): AvroSchema => ({
  type: 'record',
  name: 'LayoffRegistered',
  namespace: 'nav.layoffs',
  fields,
})
const person = field('person', 'string')
const levelOf = async (subject: string): Promise<unknown> => (await fetch(`${url}/config/${subject}`)).json()
const versionsOf = async (subject: string): Promise<unknown> =>
  (await fetch(`${url}/subjects/${subject}/versions`)).json()

describe('registering a schema', () => {
  test('a new one is registered under FULL_TRANSITIVE, and again is the same id', async () => {
    const subject = freshSubject('new')
    const entry = { subject, schema: event(person) }
    expect(await registrar.check([entry])).toEqual([{ subject, outcome: 'new' }])
    const [first] = await registrar.register([entry])
    expect(first).toMatchObject({ subject, outcome: 'registered' })
    expect(await registrar.register([entry])).toEqual([{ ...first, outcome: 'unchanged' }])
    expect(await levelOf(subject)).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' })
    expect(await versionsOf(subject)).toEqual([1])
  })

  test('the check and the registration give one verdict, and a refusal writes nothing', async () => {
    const [subject, other] = [freshSubject('refused'), freshSubject('beside')]
    await registrar.register([{ subject, schema: event(person) }])
    const entries = [
      { subject: other, schema: event(person) },
      { subject, schema: event(person, field('days', 'int')) },
    ]
    const verdicts = await registrar.check(entries)
    expect(verdicts).toMatchObject([
      { outcome: 'new' },
      { outcome: 'refused', problems: [{ path: 'days', rule: 'field-added-without-default' }] },
    ])
    expect(await registrar.register(entries)).toEqual(verdicts)
    expect(await versionsOf(subject)).toEqual([1])
    expect(await registrar.check([{ subject: other, schema: event(person) }])).toMatchObject([{ outcome: 'new' }])
  })

  test('an event type of the same agency whose file is gone is named', async () => {
    const agency = `t${randomUUID().slice(0, 8)}`
    const [kept, gone, others] = [`${agency}.notes-kept`, `${agency}.notes-gone`, `${agency}s.notes-gone`]
    const entries = [kept, gone, others].map((subject) => ({ subject, schema: event(person) }))
    await registrar.register(entries)
    expect(await registrar.leftOut(entries)).toEqual([])
    expect(await registrar.leftOut([{ subject: kept, schema: event(person) }])).toEqual([gone])
  })

  test('a namespace-only rename, which the registry itself would take, is refused with the reason', async () => {
    const subject = freshSubject('namespace')
    await registrar.register([{ subject, schema: event(person) }])
    const verdicts = await registrar.register([{ subject, schema: { ...event(person), namespace: 'nav.other' } }])
    expect(verdicts).toMatchObject([{ outcome: 'refused', problems: [{ rule: 'namespace-renamed' }] }])
    expect(await versionsOf(subject)).toEqual([1])
  })

  test('every earlier version counts, not only the last', async () => {
    const subject = freshSubject('transitive')
    for (const schema of [event(person, optional('note', 'string')), event(person)]) {
      expect(await registrar.register([{ subject, schema }])).toMatchObject([{ outcome: 'registered' }])
    }
    expect(await registrar.register([{ subject, schema: event(person, optional('note', 'int')) }])).toMatchObject([
      { outcome: 'refused', problems: [{ path: 'note', message: expect.stringContaining('version 1') }] },
    ])
  })

  test('the registry itself enforces the level against those who write past the registrar', async () => {
    const subject = freshSubject('enforced')
    await registrar.register([{ subject, schema: event(person) }])
    const answer = await fetch(`${url}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { ...registry.headers, 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: JSON.stringify(event(person, field('days', 'int'))) }),
    })
    expect(answer.status).toBe(409)
  })

  test('what is registered is found by lookup and by id', async () => {
    const subject = freshSubject('lookup')
    const schema = event(person)
    const [verdict] = await registrar.register([{ subject, schema }])
    const reading = connectRegistry({ url })
    const id = await reading.idOf(subject, schema)
    expect(verdict).toMatchObject({ id })
    expect(await reading.schemaById(id)).toEqual(schema)
    await expect(reading.schemaById(2_000_000_000)).rejects.toMatchObject({ code: 'schema-unknown' })
    await expect(reading.idOf(freshSubject('nobody'), schema)).rejects.toMatchObject({ code: 'schema-not-registered' })
  })
})

describe('two processes register schemas that do not fit each other at the same time', () => {
  const program = `
    import { once } from 'node:events'
    import { createRegistrar } from '@samspill/avro'
    const [registry, subject, schema] = process.argv.slice(1)
    console.log('ready')
    await once(process.stdin, 'data')
    console.log(JSON.stringify(await createRegistrar(JSON.parse(registry)).register([{ subject, schema: JSON.parse(schema) }])))
    process.stdin.destroy()`

  /** A process that waits for `go` before it registers. */
  const processFor = async (subject: string, schema: object) => {
    const parameters = [
      '--input-type=module',
      '--eval',
      program,
      JSON.stringify(registry),
      subject,
      JSON.stringify(schema),
    ]
    const child = spawn(process.execPath, parameters, { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('ready')
    return {
      go: async (): Promise<Verdict> => {
        child.stdin.write('go\n')
        return JSON.parse((await lines.next()).value ?? '')[0]
      },
    }
  }

  test.each(['for the first time', 'after a first version', 'once more'])(
    '%s: exactly one is registered',
    async (when) => {
      const subject = freshSubject('race')
      if (when !== 'for the first time') await registrar.register([{ subject, schema: event(person) }])
      const schemas = [event(person, optional('note', 'string')), event(person, optional('note', 'int'))]
      const processes = await Promise.all(schemas.map((schema) => processFor(subject, schema)))
      const verdicts = await Promise.all(processes.map(({ go }) => go()))
      expect(verdicts.map(({ outcome }) => outcome).toSorted()).toEqual(['refused', 'registered'])
      expect(verdicts.find(({ outcome }) => outcome === 'refused')).toMatchObject({
        problems: [{ path: 'note', rule: 'type-changed' }],
      })
      expect(await versionsOf(subject)).toHaveLength(when === 'for the first time' ? 1 : 2)
    },
  )

  test('many in one process, ten subjects at once: one verdict for each', async () => {
    const rounds = Array.from({ length: 10 }, async () => {
      const subject = freshSubject('crowd')
      const types = ['string', 'int', 'long', 'boolean']
      const verdicts = await Promise.all(
        types.map((type) => registrar.register([{ subject, schema: event(person, optional('note', type)) }])),
      )
      return verdicts.flat().filter(({ outcome }) => outcome === 'registered').length
    })
    expect(await Promise.all(rounds)).toEqual(Array.from({ length: 10 }, () => 1))
  })
})
