import { noHeaders } from '@samspill/contracts'
import { FoundDifferences, SentHistory, type FoundDifference } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

let under: SchemaUnderTest
let sent: SentHistory
let found: FoundDifferences
beforeEach(async () => {
  under = schemaUnderTest()
  await under.database.query(`create schema "${under.schema}"`)
  sent = await SentHistory.create(under.database, under.schema)
  found = await FoundDifferences.create(under.database, under.schema)
})
afterEach(() => under[Symbol.asyncDispose]())

describe('a difference of an event that a later one has corrected', () => {
  it('is forgotten where the later one is returned as it was sent', async () => {
    await wasSent(['grant', 'layoff'], ['refusal', 'annulment', 'grant'])
    await found.add([changed('grant')])
    await found.addReturned([{ id: 'refusal', corrects: 'grant' }])
    expect(await left()).toEqual([])
  })

  it('is forgotten where the later one differs too, and is put right itself', async () => {
    await wasSent(['grant', 'layoff'], ['shorter grant', 'end', 'grant'])
    await found.add([changed('grant'), changed('shorter grant')])
    await found.addReturned([{ id: 'shorter grant', corrects: 'grant' }])
    expect(await left()).toEqual(['changed shorter grant'])
  })

  it('counts where the later one would not be sent now', async () => {
    await wasSent(['grant', 'layoff'], ['shorter grant', 'end', 'grant'])
    await found.add([changed('grant'), unfounded('shorter grant', 'end')])
    expect(await left()).toEqual(['changed grant', 'unfounded shorter grant'])
  })

  it('is sent before the later one where neither ever was', async () => {
    await found.add([missing('refusal'), missing('later refusal')])
    await found.addReturned([{ id: 'later refusal', corrects: 'refusal' }])
    expect(await left()).toEqual(['missing refusal', 'missing later refusal'])
  })

  it('is forgotten along the whole chain', async () => {
    await wasSent(['grant', 'layoff'], ['second', 'end', 'grant'], ['third', 'annulment', 'second'])
    await found.add([
      missing('first now'),
      missing('second now'),
      unfounded('grant', 'layoff'),
      unfounded('second', 'end'),
    ])
    await found.addReturned([
      { id: 'second now', corrects: 'first now' },
      { id: 'third', corrects: 'second now' },
    ])
    expect(await left()).toEqual([])
  })
})

describe('an event that would not be sent now', () => {
  it('is taken back, as are the later ones that corrected it and would not be sent either', async () => {
    await wasSent(['grant', 'layoff'], ['shorter grant', 'end', 'grant'])
    await found.add([missing('refusal'), unfounded('grant', 'layoff'), unfounded('shorter grant', 'end')])
    expect(await left()).toEqual(['missing refusal', 'unfounded grant', 'unfounded shorter grant'])
  })

  it('is left alone where a later one that is still sent has corrected it', async () => {
    await wasSent(['grant', 'layoff'], ['refusal', 'annulment', 'grant'])
    await found.add([unfounded('grant', 'layoff')])
    expect(await left()).toEqual([])
  })

  it('is taken back where only a replay has corrected it: that is what holds of it', async () => {
    await wasSent(['grant', 'layoff'], ['grant of a replay', 'layoff', 'grant'])
    await found.add([{ ...unfounded('grant of a replay', 'layoff'), correctsId: 'grant' }])
    expect(await left()).toEqual(['unfounded grant of a replay'])
  })
})

describe('what is left', () => {
  it('is counted by kind, and the first are listed with their fields', async () => {
    await found.add([{ ...changed('grant'), fields: ['dailyRate', 'employer.name'] }, missing('refusal')])
    expect(await found.left(under.database, 1)).toEqual({
      changed: 1,
      missing: 1,
      unfounded: 0,
      first: [
        {
          kind: 'changed',
          type: 'nav.benefits.Told',
          eventId: 'grant',
          causationId: null,
          fields: ['dailyRate', 'employer.name'],
        },
      ],
    })
  })
})

/** Each as its id, its cause and what it corrects. */
async function wasSent(...events: readonly (readonly [id: string, cause: string, corrects?: string])[]): Promise<void> {
  await sent.keep(
    events.map(([eventId, causationId, corrects]) => ({
      eventId,
      type: 'nav.benefits.Told',
      topic: 'nav.benefits',
      partition: 0,
      key: Buffer.from('kari'),
      value: Buffer.from(eventId),
      headers: noHeaders,
      causationId,
      corrects,
    })),
  )
}

async function left(): Promise<readonly string[]> {
  await found.forgetCorrected(under.database)
  const { first } = await found.left(under.database, 100)
  return first.map(({ kind, eventId }) => `${kind} ${eventId}`)
}

const told = { type: 'nav.benefits.Told', causationId: null, fields: [], returnedId: null, correctsId: null }

function changed(eventId: string): FoundDifference {
  return { ...told, kind: 'changed', eventId, returnedId: eventId }
}

function missing(eventId: string): FoundDifference {
  return { ...told, kind: 'missing', eventId, returnedId: eventId }
}

function unfounded(eventId: string, causationId: string): FoundDifference {
  return { ...told, kind: 'unfounded', eventId, causationId }
}
