import { decimal, localDate, nationalIdentityNumber, organisationNumber } from '@samspill/contracts'
import { describe, expect, it } from 'vitest'
import { contracts, layoffEnded, layoffRegistered, streams, topics, type LayoffRegistered } from '../src/index.ts'

const layoff: LayoffRegistered = {
  layoffId: '0b5bd4ec-6a6f-4b3f-9b67-8f3f5a0c7d11',
  // Synthetic: the month is 80 higher than any real one.
  person: nationalIdentityNumber('01818050034'),
  employer: organisationNumber('889640782'),
  subUnit: organisationNumber('974760673'),
  employmentId: '49872311',
  start: localDate('2020-03-20'),
  end: null,
  percentage: decimal('50.00'),
}

describe('a contract', () => {
  it('makes an event of its type', () => {
    expect(layoffRegistered(layoff)).toEqual({
      contract: layoffRegistered,
      type: 'nav.layoffs.LayoffRegistered',
      data: layoff,
      envelope: {},
    })
  })

  it('says which stream it belongs to and what is personal in it', () => {
    expect(layoffRegistered.stream).toMatchObject({ name: 'nav.layoffs', access: 'personal', keys: 'hub' })
    expect(layoffRegistered.schema.fields).toContainEqual(
      expect.objectContaining({ name: 'person', dataClass: 'identity' }),
    )
  })
})

describe('the catalogue', () => {
  it('holds every contract once, each in a stream that has a topic', () => {
    expect(new Set(contracts.map((contract) => contract.type)).size).toBe(contracts.length)
    expect(topics.map((topic) => topic.name)).toEqual(streams.map((stream) => stream.name))
    for (const contract of contracts) expect(streams).toContain(contract.stream)
  })
})

/** Wrong uses do not compile: each line below fails the type check if it ever does. */
export function wrongUses(): readonly unknown[] {
  const { employmentId: _, ...incomplete } = layoff
  return [
    // @ts-expect-error a field is missing
    layoffRegistered(incomplete),
    // @ts-expect-error plain text is no national identity number
    layoffRegistered({ ...layoff, person: '01818050034' }),
    // @ts-expect-error an organisation number is no national identity number
    layoffRegistered({ ...layoff, person: layoff.employer }),
    // @ts-expect-error plain text is no date
    layoffRegistered({ ...layoff, start: '2020-03-20' }),
    // @ts-expect-error a percentage is exact: decimal text, no binary fraction
    layoffRegistered({ ...layoff, percentage: 50 }),
    // @ts-expect-error what is not known is null, it is not left out
    layoffRegistered({ ...layoff, end: undefined }),
    // @ts-expect-error the contract has no such field
    layoffRegistered({ ...layoff, salary: 1 }),
    // @ts-expect-error the reason is none of the symbols
    layoffEnded({ ...layoff, end: layoff.start, reason: 'HOLIDAY' }),
    // @ts-expect-error another event type's data does not fit
    layoffEnded(layoff),
  ]
}
