import { timestamp, type HubError, type NewEvent, type ReceivedEvent } from '@samspill/contracts'
import { layoffEnded } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { onBatch, type Returned } from '../src/index.ts'
import { BatchFailed } from '../src/reading/batch-failed.ts'
import { runHandlers, type EventInHand, type HandlerSurroundings } from '../src/reading/run-handlers.ts'

const follows = (id: string): NewEvent => ({ contract: layoffEnded, envelope: { id } }) as NewEvent

describe('a handler of many events at once', () => {
  test('tells by place what follows from each', async () => {
    const consequences = await handled((events) => events.map(({ id }) => (id === 'b' ? [] : follows(`after ${id}`))))
    expect(consequences.map(({ events }) => events.map(({ envelope }) => envelope.id))).toEqual([
      ['after a'],
      [],
      ['after c'],
    ])
  })

  test('may return nothing at all', async () => {
    const consequences = await handled(() => undefined)
    expect(consequences.flatMap(({ events }) => events)).toEqual([])
  })

  test.each([
    { what: 'fewer', results: [follows('1')] },
    { what: 'more', results: ['1', '2', '3', '4'].map(follows) },
  ])('fails where it returns $what results than events: none is lost, none changes hands', async ({ results }) => {
    const failure: unknown = await handled(() => results).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(BatchFailed)
    expect((failure as HubError).cause).toMatchObject({ code: 'batch-results-mismatch' })
  })
})

async function handled(handle: (events: readonly ReceivedEvent[]) => void | readonly Returned[]) {
  const subscription = onBatch(layoffEnded, handle as never)
  const inHand = ['a', 'b', 'c'].map((id) => ({
    planned: { subscription, event: { id } },
    span: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  }))
  return await runHandlers(inHand as unknown as EventInHand[], { now: () => timestamp(0) } as HandlerSurroundings)
}
