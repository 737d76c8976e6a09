import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineService, on } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, publishNotes, runHere, serviceName } from './note-streams.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** A span as Jaeger tells it; a link is a reference of the other kind. */
interface Span {
  readonly spanID: string
  readonly operationName: string
  readonly startTime: number
  readonly references: readonly { readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM'; readonly spanID: string }[]
  readonly tags: readonly { readonly key: string; readonly value: unknown }[]
}

test('a retry goes on with the trace of its event, and links to the attempt that failed', async () => {
  const streams = await createNoteStreams(hub)
  let attempts = 0
  const handledIn: string[] = []
  const service = defineService({
    name: serviceName(),
    agency: streams.agency,
    subscriptions: [
      on(
        streams.noted,
        ({ traceparent = '' }) => {
          attempts += 1
          if (attempts < 3) throw new RangeError('not yet')
          handledIn.push(traceparent)
        },
        { retries: { firstMilliseconds: 50 } },
      ),
    ],
  })
  await publishNotes(hub, streams, streams.noted, [{ subject: 'kari', number: 1 }])
  {
    await using running = await runHere(hub, streams, service)
    await eventually('it is handled', () => handledIn.length > 0)
    expect(running.url).toBeDefined()
  }
  const traceId = handledIn[0]?.split('-')[1] ?? ''
  const processed = await eventually('all three attempts stand in the trace', async () => {
    const found = await handlingsIn(traceId)
    return found.length === 3 && found
  })
  const [first, second, third] = processed
  expect(linksOf(first)).toEqual([])
  expect(linksOf(second)).toEqual([first?.spanID])
  expect(linksOf(third)).toEqual([second?.spanID])
  expect(processed.map(({ tags }) => tags.find(({ key }) => key === 'error.type')?.value)).toEqual([
    'RangeError',
    'RangeError',
    undefined,
  ])
})

test('the handling of what a plain client publishes says what that corrects: no other span could', async () => {
  const streams = await createNoteStreams(hub)
  const handledIn: string[] = []
  const service = defineService({
    name: serviceName(),
    agency: streams.agency,
    subscriptions: [on(streams.noted, ({ traceparent = '' }) => void handledIn.push(traceparent))],
  })
  const corrects = { source: `/${streams.agency}/generator`, id: 'first' }
  await publishNotes(hub, streams, streams.noted, [{ subject: 'kari', number: 2, id: 'second', corrects }])
  {
    await using running = await runHere(hub, streams, service)
    await eventually('it is handled', () => handledIn.length > 0)
    expect(running.url).toBeDefined()
  }
  const [handling] = await eventually('it stands in the trace', async () => {
    const found = await handlingsIn(handledIn[0]?.split('-')[1] ?? '')
    return found.length > 0 && found
  })
  expect(handling?.tags).toContainEqual(expect.objectContaining({ key: 'samspill.corrects', value: 'first' }))
})

/** The attempts at events of this trace, in order of time. */
async function handlingsIn(traceId: string): Promise<readonly Span[]> {
  const answer = await fetch(`${hub.jaeger}/api/traces/${traceId}`)
  const { data } = (await answer.json()) as { readonly data: readonly { readonly spans: readonly Span[] }[] | null }
  const spans = (data ?? []).flatMap((trace) => trace.spans)
  return spans
    .filter(({ operationName }) => operationName.startsWith('process '))
    .toSorted((one, other) => one.startTime - other.startTime)
}

function linksOf(span: Span | undefined): readonly string[] {
  return (span?.references ?? []).flatMap(({ refType, spanID }) => (refType === 'FOLLOWS_FROM' ? [spanID] : []))
}
