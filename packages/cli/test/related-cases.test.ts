import { describe, expect, test } from 'vitest'
import { casesText } from '../src/trace/case-text.ts'
import { stepsOf } from '../src/trace/case-tree.ts'
import type { JaegerSpan, JaegerTrace } from '../src/trace/jaeger-api.ts'
import { casesOfEvent } from '../src/trace/related-cases.ts'
import { fakeTerminal } from './fake-terminal.ts'

/** A trace of events published one after another: id, and what each corrects. */
function published(traceId: string, startTime: number, events: readonly (readonly [string, string?])[]): JaegerTrace {
  const spans = events.map(([eventId, corrects], index): JaegerSpan => ({
    traceID: traceId,
    spanID: `${traceId}-${index}`,
    operationName: 'publish nav.benefits',
    processID: 'p',
    references: [],
    startTime: startTime + index,
    duration: 1_000,
    tags: [
      { key: 'messaging.message.id', value: eventId },
      ...(corrects === undefined ? [] : [{ key: 'samspill.corrects', value: corrects }]),
      ...(corrects === 'layoff-1' ? [{ key: 'samspill.annuls', value: true }] : []),
    ],
  }))
  return { traceID: traceId, spans, processes: { p: { serviceName: 'wage-compensation' } } }
}

const registered = published('registered', 1_000_000, [['layoff-1'], ['grant-1'], ['offer-1']])
const annulled = published('annulled', 9_000_000, [
  ['layoff-2', 'layoff-1'],
  ['refusal-1', 'grant-1'],
  ['withdrawal-1', 'offer-1'],
])
const again = published('again', 17_000_000, [['grant-2', 'refusal-1']])
const unrelated = published('unrelated', 5_000_000, [['layoff-9']])

/** A Jaeger that knows these traces. */
function jaegerWith(...traces: readonly JaegerTrace[]) {
  const tagged = (key: string) => (value: string) =>
    Promise.resolve(
      traces.filter(({ spans }) =>
        spans.some(({ tags }) => tags.some((tag) => tag.key === key && tag.value === value)),
      ),
    )
  return { tracesOfEvent: tagged('messaging.message.id'), tracesOfCorrections: tagged('samspill.corrects') }
}

describe('the cases of an event', () => {
  const jaeger = jaegerWith(again, annulled, unrelated, registered)

  test.each(['layoff-1', 'grant-1', 'layoff-2', 'withdrawal-1', 'grant-2'])(
    'are the whole chain of corrections, oldest first, from wherever it is asked: %s',
    async (eventId) => {
      const cases = await casesOfEvent(eventId, jaeger)
      expect(cases.map(({ traceId }) => traceId)).toEqual(['registered', 'annulled', 'again'])
    },
  )

  test('are one where nothing was corrected, and none where nobody knows it', async () => {
    expect(await casesOfEvent('layoff-9', jaeger)).toHaveLength(1)
    expect(await casesOfEvent('layoff-8', jaeger)).toEqual([])
  })

  test('end also where events correct each other in a circle', async () => {
    const circle = [published('one', 1, [['a', 'b']]), published('two', 2, [['b', 'a']])]
    expect(await casesOfEvent('a', jaegerWith(...circle))).toHaveLength(2)
  })

  test('are the whole chain also where it is long', async () => {
    const chain = Array.from({ length: 40 }, (_, n) =>
      published(`case-${n}`, n + 1, [n === 0 ? ['report-0'] : [`report-${n}`, `report-${n - 1}`]]),
    )
    expect(await casesOfEvent('report-39', jaegerWith(...chain))).toHaveLength(40)
  })

  test('say of an event that was corrected several times each of them once', async () => {
    const corrections = ['layoff-2', 'layoff-3', 'layoff-4'].map((id, at) =>
      published(id, 2_000_000 + at, [[id, 'layoff-1']]),
    )
    const cases = await casesOfEvent('layoff-1', jaegerWith(registered, ...corrections))
    const first = casesText(cases, 'layoff-1', fakeTerminal()).split('\n')[1]
    expect(first).toMatch(/taken back by layoff-2 {2}taken back by layoff-3 {2}taken back by layoff-4$/)
  })

  test('say where it was handled what the event of a plain Kafka client corrects, which the hub has not published', async () => {
    const handled = (trace: JaegerTrace): JaegerTrace => ({
      ...trace,
      spans: trace.spans.map((span) => ({ ...span, operationName: span.operationName.replace('publish', 'process') })),
    })
    const plain = jaegerWith(
      handled(published('first', 1_000_000, [['layoff-1']])),
      handled(published('second', 2_000_000, [['layoff-2', 'layoff-1']])),
    )
    const text = casesText(await casesOfEvent('layoff-1', plain), 'layoff-1', fakeTerminal())
    expect(text).toMatch(/process nav\.benefits .*taken back by layoff-2\n/)
    expect(text).toMatch(/process nav\.benefits .*takes back layoff-1$/)
  })

  test('say of each event what it corrects and what corrected it', async () => {
    const cases = await casesOfEvent('grant-1', jaeger)
    expect(cases.flatMap(stepsOf).map(({ corrects }) => corrects)).toContain('grant-1')
    const text = casesText(cases, 'grant-1', fakeTerminal())
    const lineWith = (words: string): string => text.split('\n').find((line) => line.includes(words)) ?? ''
    expect(lineWith('taken back by layoff-2')).toContain('publish nav.benefits')
    expect(lineWith('takes back layoff-1')).not.toBe('')
    expect(lineWith('corrected by refusal-1')).not.toBe('')
    expect(lineWith('corrects refusal-1')).not.toBe('')
  })
})
