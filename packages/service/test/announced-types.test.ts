import { layoffRegistered, wageCompensationGranted, wageCompensationRefused } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { defineService, on, onBatch, type NewEvent } from '../src/index.ts'

declare const granted: NewEvent<'nav.benefits.WageCompensationGranted'>
declare const refused: NewEvent<'nav.benefits.WageCompensationRefused'>

describe('a service definition', () => {
  test('takes handlers that return what it publishes, one event or several or nothing', () => {
    const definition = (): unknown =>
      defineService({
        name: 'wage-compensation',
        agency: 'nav',
        publishes: [wageCompensationGranted, wageCompensationRefused],
        subscriptions: [
          on(layoffRegistered, (layoff) => (layoff.data.end === null ? granted : refused)),
          on(layoffRegistered, () => [granted, refused]),
          on(layoffRegistered, async () => undefined),
          on(layoffRegistered, (layoff) => {
            if (layoff.data.end === null) return undefined
            return [granted]
          }),
        ],
      })
    expect(definition).toBeTypeOf('function')
  })

  test('takes handlers of many events that return nothing, also where it publishes nothing', () => {
    const definition = (): unknown =>
      defineService({
        name: 'wage-compensation',
        agency: 'nav',
        subscriptions: [onBatch(layoffRegistered, async () => undefined), onBatch(layoffRegistered, async () => {})],
      })
    expect(definition).toBeTypeOf('function')
  })

  test('does not compile where a handler returns an event that is not published', () => {
    const definition = (): unknown =>
      defineService({
        name: 'wage-compensation',
        agency: 'nav',
        publishes: [wageCompensationGranted],
        // @ts-expect-error: WageCompensationRefused is returned, and not in `publishes`
        subscriptions: [on(layoffRegistered, () => refused)],
      })
    expect(definition).toBeTypeOf('function')
  })

  test('does not compile where a handler reads a field that the contract does not have', () => {
    const subscription = (): unknown =>
      // @ts-expect-error: a layoff says nothing about pay
      on(layoffRegistered, (layoff) => void layoff.data.dailyPayInOre)
    expect(subscription).toBeTypeOf('function')
  })
})
