import { describe, expect, test } from 'vitest'
import { casesText } from '../src/trace/case-text.ts'
import { caseOf } from '../src/trace/case-tree.ts'
import { jaegerApi, type JaegerSpan, type JaegerTrace } from '../src/trace/jaeger-api.ts'
import { fakeTerminal } from './fake-terminal.ts'

const begin = 1_585_562_400_000_000

function span(id: string, parent: string | undefined, more: Partial<JaegerSpan> = {}): JaegerSpan {
  return {
    traceID: 'case-1',
    spanID: id,
    operationName: 'process nav.layoffs',
    processID: 'p1',
    references: parent === undefined ? [] : [{ refType: 'CHILD_OF', traceID: 'case-1', spanID: parent }],
    startTime: begin,
    duration: 4_000,
    tags: [],
    ...more,
  }
}

const trace: JaegerTrace = {
  traceID: 'case-1',
  processes: { p1: { serviceName: 'ingress' }, p2: { serviceName: 'wage-compensation' } },
  spans: [
    span('c', 'b', { processID: 'p2', operationName: 'publish nav.benefits', startTime: begin + 20_000 }),
    span('a', undefined, { operationName: 'POST /events', duration: 12_000 }),
    span('b', 'a', {
      processID: 'p2',
      startTime: begin + 15_000,
      references: [
        { refType: 'CHILD_OF', traceID: 'case-1', spanID: 'a' },
        { refType: 'FOLLOWS_FROM', traceID: 'case-2', spanID: 'y' },
        { refType: 'FOLLOWS_FROM', traceID: 'case-2', spanID: 'z' },
        { refType: 'FOLLOWS_FROM', traceID: 'case-1', spanID: 'c' },
      ],
      tags: [
        { key: 'messaging.message.id', value: 'layoff-1' },
        { key: 'samspill.event.type', value: 'nav.layoffs.LayoffRegistered' },
      ],
    }),
  ],
}

describe('a case', () => {
  test('is a tree of what followed from what, in order of time', () => {
    const found = caseOf(trace)
    expect(found).toMatchObject({ traceId: 'case-1', services: ['ingress', 'wage-compensation'], spans: 3 })
    expect(found.milliseconds).toBe(24)
    const [root] = found.roots
    expect(root).toMatchObject({ service: 'ingress', operation: 'POST /events', after: 0, milliseconds: 12 })
    expect(root?.steps[0]).toMatchObject({ service: 'wage-compensation', eventId: 'layoff-1', links: ['case-2'] })
    expect(root?.steps[0]?.steps[0]).toMatchObject({ operation: 'publish nav.benefits', after: 20, lostParent: false })
  })

  test('names each other case that led to a step once', () => {
    expect(caseOf(trace).roots[0]?.steps[0]?.links).toEqual(['case-2'])
  })

  test('shows a step whose cause is not in the trace as broken', () => {
    const { roots } = caseOf({ ...trace, spans: [span('b', 'gone')] })
    expect(roots[0]).toMatchObject({ spanId: 'b', lostParent: true })
  })

  test('names the code of what failed', () => {
    const tags = [
      { key: 'error', value: true },
      { key: 'error.type', value: 'broker-unreachable' },
    ]
    expect(caseOf({ ...trace, spans: [span('a', undefined, { tags })] }).roots[0]?.failure).toBe('broker-unreachable')
  })

  test('is drawn with service, operation, milliseconds and links', () => {
    expect(casesText([caseOf(trace)], 'layoff-1', fakeTerminal())).toBe(
      [
        'trace case-1: 3 spans, 2 services, 24 ms',
        '└─ ingress  POST /events                          +0.0 ms       12 ms',
        '   └─ wage-compensation  process nav.layoffs      +15 ms        4.0 ms      nav.layoffs.LayoffRegistered  also led to by trace case-2',
        '      └─ wage-compensation  publish nav.benefits  +20 ms        4.0 ms',
      ].join('\n'),
    )
  })
})

describe('a Jaeger that does not answer', () => {
  test('is named by its address', async () => {
    const away = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))
    await expect(jaegerApi('http://127.0.0.1:1', { fetch: away }).services()).rejects.toThrow(
      'Jaeger at http://127.0.0.1:1 does not',
    )
  })
})
