import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  defineContract,
  HubError,
  PermanentFailure,
  registrySubject,
  RetryLater,
  topicOf,
  type AvroSchema,
  type DataOf,
  type NewEvent,
  type Stream,
} from '../src/index.ts'

interface LayoffEnded {
  readonly person: string
  readonly end: string
}

const layoffs: Stream = {
  name: 'nav.layoffs',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}
const schema: AvroSchema<LayoffEnded> = { type: 'record', name: 'LayoffEnded', namespace: 'nav.layoffs', fields: [] }
const layoffEnded = defineContract('nav.layoffs.LayoffEnded', layoffs, schema)

describe('a contract', () => {
  test('makes events of its type', () => {
    const data = { person: '13897512453', end: '2020-04-30' }
    expect(layoffEnded(data)).toEqual({ contract: layoffEnded, type: 'nav.layoffs.LayoffEnded', data, envelope: {} })
    expect(layoffEnded(data, { id: '4711' }).envelope).toEqual({ id: '4711' })
  })

  test('describes itself', () => {
    expect(layoffEnded.type).toBe('nav.layoffs.LayoffEnded')
    expect(layoffEnded.stream).toBe(layoffs)
    expect(layoffEnded.schema).toBe(schema)
  })

  test('knows the type of its data, and refuses other data before anything runs', () => {
    expectTypeOf<DataOf<typeof layoffEnded>>().toEqualTypeOf<LayoffEnded>()
    expectTypeOf(layoffEnded).returns.toEqualTypeOf<NewEvent<'nav.layoffs.LayoffEnded', LayoffEnded>>()
    // @ts-expect-error a field is missing
    void layoffEnded({ person: '13897512453' })
    // @ts-expect-error a field is unknown
    void layoffEnded({ person: '13897512453', end: '2020-04-30', reason: 'work' })
  })

  test('stands in the registry under its topic and name', () => {
    expect(topicOf(layoffs)).toBe('nav.layoffs')
    expect(registrySubject(layoffs, layoffEnded.type)).toBe('nav.layoffs-nav.layoffs.LayoffEnded')
  })
})

describe('a failure', () => {
  test('has a stable code, the name of its class, and its cause', () => {
    const cause = new Error('connection refused')
    expect(new HubError('registry-unavailable', 'the registry does not answer', { cause })).toMatchObject({
      name: 'HubError',
      code: 'registry-unavailable',
      message: 'the registry does not answer',
      cause,
    })
  })

  test('of a handler says what to do next', () => {
    expect(new PermanentFailure('the employer does not exist')).toMatchObject({
      name: 'PermanentFailure',
      code: 'permanent-failure',
    })
    expect(new RetryLater(30_000)).toMatchObject({ name: 'RetryLater', code: 'retry-later', afterMilliseconds: 30_000 })
  })
})
