import { isDeepStrictEqual } from 'node:util'
import { timestamp, type NewEvent, type Timestamp } from '@samspill/contracts'
import type { ServiceDefinition } from '@samspill/service'
import { MemoryDatabase } from './memory-database.ts'
import { HandledEvents, handleEvent } from './handle-event.ts'

/** A service under specification. Each specification starts from empty tables. */
export interface Specification extends AsyncDisposable {
  /** What has happened before. */
  given(...events: readonly NewEvent[]): Given
  when(event: NewEvent): When
}

export interface Given {
  when(event: NewEvent): When
}

/** What follows from the event; each of these runs the specification. */
export interface When {
  /** Rejects with the differences unless the service returns exactly these events, in this order. */
  then(...expected: readonly NewEvent[]): Promise<void>
  /** Rejects unless the service returns nothing. */
  thenNothing(): Promise<void>
  /** Rejects unless the handler throws an error of this class; gives it back. */
  thenFails<Failure extends Error>(failure: abstract new (...parameters: never[]) => Failure): Promise<Failure>
  /** What the service returns, for looser expectations. */
  returned(): Promise<readonly NewEvent[]>
  /** Rows of the service's own tables afterwards. */
  rows<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

export interface SpecifyOptions {
  /** What the service's clock says; 2020-04-01T08:00:00Z unless told. */
  readonly now?: Timestamp
}

/**
 * Specifies a service by its events: given what has happened, when one more thing happens, then these events follow.
 * Runs the service's real migrations and handlers on a PostgreSQL inside this process; no Kafka, no registry. The data
 * goes through Avro on its way in and out, so that what could not be sent is refused here too.
 */
export function specify(service: ServiceDefinition, options: SpecifyOptions = {}): Specification {
  const now = options.now ?? timestamp('2020-04-01T08:00:00Z')
  const database = new MemoryDatabase(service)

  const run = async <Result>(
    before: readonly NewEvent[],
    event: NewEvent,
    look: (work: { returned: readonly NewEvent[]; rows: When['rows'] }) => Result | Promise<Result>,
  ): Promise<Result> =>
    await database.undone(async (transaction) => {
      const surroundings = { now, handled: new HandledEvents() }
      for (const earlier of before) await handleEvent(service, earlier, transaction, surroundings)
      const returned = await handleEvent(service, event, transaction, surroundings)
      const rows: When['rows'] = async (sql, values) => (await transaction.query(sql, values)).rows as never
      return await look({ returned, rows })
    })

  const when = (before: readonly NewEvent[], event: NewEvent): When => ({
    then: (...expected) => run(before, event, ({ returned }) => expectSame(returned, expected)),
    thenNothing: () => run(before, event, ({ returned }) => expectSame(returned, [])),
    returned: () => run(before, event, ({ returned }) => returned),
    rows: (sql, values) => run(before, event, ({ rows }) => rows(sql, values)) as never,
    async thenFails(failure) {
      try {
        await run(before, event, () => undefined)
      } catch (error) {
        if (error instanceof failure) return error
        throw error
      }
      throw new Error(`expected ${failure.name}, but the handler did not fail`)
    },
  })

  return {
    given: (...before) => ({ when: (event) => when(before, event) }),
    when: (event) => when([], event),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function expectSame(returned: readonly NewEvent[], expected: readonly NewEvent[]): void {
  const plain = (events: readonly NewEvent[]): unknown => events.map(({ type, data }) => ({ type, data }))
  if (isDeepStrictEqual(plain(returned), plain(expected))) return
  throw Object.assign(new Error('the service returned other events than expected'), {
    actual: plain(returned),
    expected: plain(expected),
    showDiff: true,
  })
}
