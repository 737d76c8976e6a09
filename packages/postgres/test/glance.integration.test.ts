import { askService, endRequest, glance, migrate, openBreaker, takeRequest } from '@samspill/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

let under: SchemaUnderTest
beforeAll(async () => {
  under = schemaUnderTest()
  await migrate(under.database, under.schema)
})
afterAll(() => under[Symbol.asyncDispose]())

const soon = 1_600_000_000_000
const nothingWaits = { nextRetryAt: undefined, openBreakers: new Set(), someAsked: false }

describe('one look at what waits for a service', () => {
  it('shows nothing where nothing does', async () => {
    expect(await glance(under.database, soon)).toEqual(nothingWaits)
  })

  it('shows when the first parked event is due, up to the time that is asked for', async () => {
    await park(1n, new Date(soon))
    await park(2n, new Date(soon - 500))
    await park(3n, null)
    expect(await glance(under.database, soon)).toEqual({ ...nothingWaits, nextRetryAt: soon - 500 })
    expect(await glance(under.database, soon - 501)).toEqual(nothingWaits)
    await under.database.query('delete from parked_event')
  })

  it('shows the streams that are not handled now', async () => {
    const why = { openedAt: new Date(soon), code: 'handler-failed', reason: 'all fail' }
    await openBreaker(under.database, { stream: 'nav.layoffs', ...why })
    await openBreaker(under.database, { stream: 'nav.benefits', ...why })
    const { openBreakers } = await glance(under.database, soon)
    expect(openBreakers).toEqual(new Set(['nav.layoffs', 'nav.benefits']))
    await under.database.query('delete from breaker')
  })

  it('shows that an operator has asked for something, until that has ended', async () => {
    await askService(under.database, { kind: 'redrive-dry-run', detail: {}, by: 'kari', reason: 'to see' })
    expect(await glance(under.database, soon)).toEqual({ ...nothingWaits, someAsked: true })
    const taken = await takeRequest(under.database, ['redrive-dry-run'])
    expect(await glance(under.database, soon)).toMatchObject({ someAsked: true })
    if (taken !== undefined) await endRequest(under.database, taken, { state: 'done', result: null })
    expect(await glance(under.database, soon)).toEqual(nothingWaits)
  })

  async function park(offset: bigint, retryAt: Date | null): Promise<void> {
    await under.database.query(
      `insert into parked_event (stream, key, topic, partition, record_offset, recorded_at, headers, state, retry_at)
       values ('nav.layoffs', $1, 'nav.layoffs', 0, $2, now(), '', 'retrying', $3)`,
      [Buffer.from(String(offset)), String(offset), retryAt],
    )
  }
})
