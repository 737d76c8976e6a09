import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readConfig } from '@samspill/config'
import { resetStack, startStack, type RunningStack } from '@samspill/local'
import { streams } from '@samspill/schemas'
import { layoffEvents, liveOneDay, sendToIngress, type LivedDay } from '@samspill/testing'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tracedCases } from '../src/demo/cases.ts'
import { likelyCases } from '../src/demo/report.ts'
import { prepareStack } from '../src/prepare-stack.ts'
import { stepsOf } from '../src/trace/case-tree.ts'
import { jaegerApi } from '../src/trace/jaeger-api.ts'
import { casesOfEvent } from '../src/trace/related-cases.ts'

const name = `test-day-${process.pid}`
const ignore = (): void => undefined

let stack: RunningStack
let day: LivedDay
beforeAll(async () => {
  stack = await startStack({ name, ports: 'free', leash: true, prepare: (file) => prepareStack(file, ignore) })
  const addresses = new Map((await stack.status()).map((part) => [part.name, part.address]))
  day = await liveOneDay({
    config: readConfig({ ...stack.environment, SAMSPILL_LOG_LEVEL: 'error' }),
    ingressUrl: addresses.get('ingress') ?? '',
    layoffNoticesUrl: addresses.get('layoff-notices') ?? '',
    seed: 'a day under test',
  })
}, 300_000)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await resetStack(name)
}, 60_000)

describe('a day of the synthetic country', () => {
  test('leaves no layoff without an outcome, among at least 200', () => {
    const { laidOff, granted, refused, asked, missing } = day.settlement
    expect(missing).toEqual([])
    expect(laidOff).toBeGreaterThanOrEqual(200)
    expect(granted + refused + asked).toBe(laidOff)
    expect(Math.min(granted, refused, asked)).toBeGreaterThan(0)
  })

  test('decides each layoff once, and again only to correct what was told', () => {
    const decided = day.observation.events
      .filter((event) => event.stream === 'nav.benefits' && event.corrects === undefined)
      .map((event) => event.data.layoffId)
    expect(new Set(decided).size).toBe(decided.length)
  })

  test('is one trace per case, from the door to the municipality', async () => {
    const jaeger = stack.stack.jaeger
    if (jaeger === undefined) return
    const { cases } = await tracedCases(jaeger, likelyCases(day, 5), new AbortController().signal)
    expect(cases[0]?.services).toEqual(['career-guidance', 'ingress', 'social-assistance', 'wage-compensation'])
  })

  test('has no broken link in its traces', async () => {
    const jaeger = stack.stack.jaeger
    if (jaeger === undefined) return
    const { cases } = await tracedCases(jaeger, likelyCases(day, 5), new AbortController().signal)
    for (const { traceId } of cases) {
      await expect.poll(() => spansWithoutParent(jaeger, traceId), { timeout: 30_000, interval: 1_000 }).toEqual([])
    }
  })

  test('takes back what followed from a layoff that is annulled late, through the same streams', async () => {
    const { jaeger } = stack.stack
    if (jaeger === undefined) return
    const { events } = day.observation
    const draft = events.find(
      ({ stream, data }) => stream === 'bergen.social-assistance' && isGranted(data['layoffId']),
    )
    const layoff = layoffEvents(day.country).find(
      ({ data }) => 'layoffId' in data && data.layoffId === draft?.data['layoffId'],
    )
    if (draft === undefined || layoff === undefined) throw new Error('nobody in Bergen was granted anything')
    const ingress = (await stack.status()).find((part) => part.name === 'ingress')?.address ?? ''
    await sendToIngress(ingress, [{ ...layoff, id: `${layoff.id}-annulled`, corrects: layoff.id, annuls: true }])

    const told = ['nav.benefits', 'vestland.career-guidance', 'bergen.social-assistance'].map(
      (stream) =>
        events.find((event) => event.stream === stream && event.data['layoffId'] === draft.data['layoffId'])?.id,
    )
    expect(told).not.toContain(undefined)
    const corrected = async (): Promise<unknown> => {
      const steps = (await casesOfEvent(layoff.id, jaegerApi(jaeger))).flatMap(stepsOf)
      return [layoff.id, ...told].filter((id) => !steps.some(({ corrects }) => corrects === id))
    }
    await expect.poll(corrected, { timeout: 60_000, interval: 1_000 }).toEqual([])

    function isGranted(layoffId: unknown): boolean {
      return events.some(
        ({ type, data }) => type === 'nav.benefits.WageCompensationGranted' && data['layoffId'] === layoffId,
      )
    }
  })

  test('is told by the command as one line of JSON, also on a stack that is up', async () => {
    const program = join(import.meta.dirname, '../bin/samspill.mjs')
    const parameters = ['--stack', name, 'demo', '--once', '--json', '--seed', 'another day']
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...parameters], { maxBuffer: 2 ** 24 })
    const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, Record<string, number>>
    expect(Object.keys(report)).toEqual(['published', 'handled', 'returned', 'cases', 'seconds'])
    expect(report['published']?.['nav.layoffs.LayoffRegistered']).toBeGreaterThanOrEqual(200)
    expect(report['handled']?.['wage-compensation']).toBeGreaterThanOrEqual(1_500)
    expect(report['returned']?.['nav.benefits.WageCompensationGranted']).toBe(
      report['published']?.['nav.benefits.WageCompensationGranted'],
    )
  })
})

describe('no personal number', () => {
  test('is in any key, header or name of a topic', async () => {
    const texts: string[] = streams.map((stream) => stream.name)
    const kafka = new Kafka({ brokers: [...readConfig(stack.environment).kafka.brokers], logLevel: logLevel.NOTHING })
    const consumer = kafka.consumer({ groupId: name })
    await consumer.connect()
    await consumer.subscribe({ topics: streams.map((stream) => stream.name), fromBeginning: true })
    const values: string[] = []
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        values.push(message.value?.toString('latin1') ?? '')
        texts.push(
          String(message.key),
          JSON.stringify(message.headers, (_, value: unknown) => textOf(value)),
        )
        await Promise.resolve()
      },
    })
    await expect.poll(() => values.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(day.observation.events.length)
    await consumer.disconnect()
    expectNoNumberIn(texts)
    // The data is where the numbers belong: a search that finds none there would prove nothing.
    expect(numbersIn(values).length).toBeGreaterThan(1_000)
  })

  test('is in any log', () => {
    const files = readdirSync(stack.stack.logs).map((file) => join(stack.stack.logs, file))
    expect(files.length).toBeGreaterThan(5)
    expectNoNumberIn(files.map((file) => readFileSync(file, 'utf8')))
  })

  test('is in any metric', async () => {
    const services = (await stack.status()).filter(({ address }) => address.startsWith('http'))
    const texts = services.map(async ({ address }) => (await fetch(`${address}/metrics`)).text())
    expectNoNumberIn(await Promise.all(texts))
  })

  test('is in any span', async () => {
    const { jaeger } = stack.stack
    if (jaeger === undefined) return
    const services = ((await (await fetch(`${jaeger}/api/services`)).json()) as { data: string[] }).data
    expect(services).toContain('wage-compensation')
    const texts = services.map(async (service) => {
      const query = new URLSearchParams({ service, limit: '1500', lookback: '1h' })
      return (await fetch(`${jaeger}/api/traces?${query}`)).text()
    })
    expectNoNumberIn(await Promise.all(texts))
  })
})

function expectNoNumberIn(texts: readonly string[]): void {
  expect(numbersIn(texts)).toEqual([])
}

function numbersIn(texts: readonly string[]): readonly string[] {
  const numbers = new Set(day.country.residents.map((resident) => String(resident.identityNumber)))
  const elevenDigits = texts.flatMap((text) => Array.from(text.matchAll(/(?=(\d{11}))/g), ([, digits = '']) => digits))
  return elevenDigits.filter((digits) => numbers.has(digits))
}

/** Names of the spans in a trace whose parent is not in it. */
async function spansWithoutParent(jaeger: string, traceId: string): Promise<readonly string[]> {
  const answer = (await (await fetch(`${jaeger}/api/traces/${traceId}`)).json()) as { data: { spans: Span[] }[] }
  const spans = answer.data.flatMap((trace) => trace.spans)
  const known = new Set(spans.map((span) => span.spanID))
  return spans
    .filter(({ references }) => references.some((each) => each.refType === 'CHILD_OF' && !known.has(each.spanID)))
    .map((span) => span.operationName)
}

interface Span {
  readonly spanID: string
  readonly operationName: string
  readonly references: readonly { readonly refType: string; readonly spanID: string }[]
}

function textOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('data' in value) || !Array.isArray(value.data)) return value
  return Buffer.from(value.data as number[]).toString()
}
