import {
  askService,
  endRequest,
  holdRequest,
  migrate,
  purgeRequests,
  readActions,
  readRequest,
  releaseRequest,
  takeRequest,
  withdrawRequest,
  writeAction,
} from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

let under: SchemaUnderTest
beforeAll(async () => {
  under = schemaUnderTest()
  await migrate(under.database, under.schema)
})
afterAll(() => under[Symbol.asyncDispose]())

const kari = { by: 'kari', reason: 'the rate table was wrong until noon' }
const dryRun = { ...kari, kind: 'redrive-dry-run', detail: { stream: 'nav.layoffs' } }

describe('what operators have done', () => {
  it('is written down with who, when, why and what, newest first', async () => {
    await writeAction(under.database, { ...kari, action: 'redrive', what: { stream: 'nav.layoffs', events: 12 } })
    await writeAction(under.database, { ...kari, action: 'discard', what: { ids: [7] } })
    const [discard, redrive] = await readActions(under.database)
    expect(discard).toMatchObject({ ...kari, action: 'discard', what: { ids: [7] } })
    expect(redrive).toMatchObject({ action: 'redrive', what: { stream: 'nav.layoffs', events: 12 } })
    expect(redrive?.at).toBeInstanceOf(Date)
  })

  it.each([
    'update operator_action set reason = $$another$$',
    'delete from operator_action',
    'delete from operator_action where false',
    'truncate operator_action cascade',
    'set session_replication_role = replica; delete from operator_action',
  ])('is never changed: %s', async (statement) => {
    await expect(under.open().query(statement)).rejects.toMatchObject({ sqlState: '42501' })
    expect(await readActions(under.database)).toHaveLength(2)
  })

  it.each([
    { by: '', reason: 'tidied up' },
    { by: 'kari', reason: '  ' },
  ])('has a name and a reason', async (nobody) => {
    const written = writeAction(under.database, { ...nobody, action: 'discard', what: {} })
    await expect(written).rejects.toMatchObject({ sqlState: '23514' })
  })
})

describe('a request to a service', () => {
  beforeEach(() => under.database.query('truncate operator_request'))

  it('is taken by one process, oldest first, and only where its kind is known', async () => {
    const first = await askService(under.database, dryRun)
    await askService(under.database, { ...dryRun, kind: 'something-newer' })
    const second = await askService(under.database, dryRun)
    const taken = await Promise.all(
      [under.open(), under.open(), under.open()].map((process) => takeRequest(process, ['redrive-dry-run'])),
    )
    expect(taken.map((request) => request?.id).toSorted()).toEqual([first, second, undefined])
    expect(taken.find((request) => request?.id === first)).toMatchObject(dryRun)
  })

  it('ends with its result, and shows how far it has come', async () => {
    const id = await askService(under.database, dryRun)
    expect(await readRequest(under.database, id)).toMatchObject({ state: 'asked', attempts: 0 })
    const taken = await mustTake()
    expect(await holdRequest(under.database, taken, { subjects: 3 })).toBe(true)
    expect(await holdRequest(under.database, taken)).toBe(true)
    expect(await readRequest(under.database, id)).toMatchObject({ state: 'running', progress: { subjects: 3 } })
    expect(await endRequest(under.database, taken, { state: 'done', result: { pass: 5 } })).toBe(true)
    expect(await readRequest(under.database, id)).toMatchObject({ state: 'done', result: { pass: 5 } })
    expect(await takeRequest(under.database, [dryRun.kind])).toBeUndefined()
  })

  it('of a process that is gone is taken by another, and the first can no longer end it', async () => {
    await askService(under.database, dryRun)
    const gone = await mustTake()
    expect(await takeRequest(under.database, [dryRun.kind])).toBeUndefined()
    await under.database.query(`update operator_request set held_until = now() - interval '1 second'`)
    const other = await mustTake()
    expect(other).toMatchObject({ id: gone.id, attempt: 2 })
    expect(await endRequest(under.database, gone, { state: 'done', result: 'late' })).toBe(false)
    expect(await holdRequest(under.database, gone)).toBe(false)
    expect(await endRequest(under.database, other, { state: 'done', result: 'in time' })).toBe(true)
  })

  it('that is given back is taken again at once; one that is withdrawn never', async () => {
    const id = await askService(under.database, dryRun)
    await releaseRequest(under.database, await mustTake())
    const again = await mustTake()
    await withdrawRequest(under.database, id)
    expect(await holdRequest(under.database, again)).toBe(false)
    expect(await takeRequest(under.database, [dryRun.kind])).toBeUndefined()
  })

  it('that has ended is removed some time after, a few at once; what was done stays written down', async () => {
    const actions = await readActions(under.database)
    const ids = []
    for (let number = 0; number < 4; number += 1) ids.push(await askService(under.database, dryRun))
    for (let number = 0; number < 2; number += 1) {
      await endRequest(under.database, await mustTake(), { state: 'done', result: null })
    }
    const running = await mustTake()
    const later = new Date(Date.now() + 60_000)
    expect(await purgeRequests(under.database, new Date(0), 1)).toBe(0)
    expect(await purgeRequests(under.database, later, 1)).toBe(1)
    expect(await purgeRequests(under.database, later)).toBe(1)
    expect(await purgeRequests(under.database, later)).toBe(0)
    expect(await Promise.all(ids.map((id) => readRequest(under.database, id)))).toMatchObject([
      undefined,
      undefined,
      { state: 'running' },
      { state: 'asked' },
    ])
    expect(await holdRequest(under.database, running)).toBe(true)
    expect(await readActions(under.database)).toEqual(actions)
  })

  async function mustTake(): Promise<NonNullable<Awaited<ReturnType<typeof takeRequest>>>> {
    const taken = await takeRequest(under.database, [dryRun.kind])
    if (taken === undefined) throw new Error('nothing was taken')
    return taken
  }
})
