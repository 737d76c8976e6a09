import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(() => hub[Symbol.asyncDispose]())

const kari = 'kari'

describe('an event that corrects an earlier one', () => {
  test('leads to one that corrects what followed from the earlier: in the same batch, later, and after a restart', async () => {
    const streams = await createNoteStreams(hub)
    const source = `/${streams.agency}/generator`
    const correcting = correctingService(streams)
    const listener = listening(streams)
    await publishNotes(hub, streams, streams.noted, [
      { subject: kari, number: 1, id: 'first' },
      { subject: kari, number: 2, id: 'second', corrects: { source, id: 'first' } },
    ])
    await using _listening = await runHere(hub, streams, listener)
    {
      await using _running = await runHere(hub, streams, correcting)
      await heard(listener, 2)
      await publishNotes(hub, streams, streams.noted, [
        { subject: kari, number: 3, id: 'third', corrects: { source, id: 'second' }, annuls: true },
      ])
      await heard(listener, 3)
    }
    await using _again = await runHere(hub, streams, correcting)
    await publishNotes(hub, streams, streams.noted, [
      { subject: kari, number: 4, id: 'fourth', corrects: { source, id: 'third' } },
    ])
    const echoes = await heard(listener, 4)

    const ids = echoes.map(({ id }) => id)
    expect(echoes.map(({ number }) => number)).toEqual([1, 2, -3, 4])
    expect(echoes.map(({ corrects }) => corrects)).toEqual([null, ids[0], ids[1], ids[2]])
    expect(new Set(echoes.map(({ corrected_source }) => corrected_source))).toEqual(
      new Set([null, `/${streams.agency}/${correcting.name}`]),
    )
  })

  test('that takes back an earlier one waits for a person where the handler does not look at that', async () => {
    const streams = await createNoteStreams(hub)
    const source = `/${streams.agency}/generator`
    const name = serviceName()
    const handled: number[] = []
    const unaware = defineService({
      name,
      agency: streams.agency,
      subscriptions: [on(streams.noted, ({ data }) => void handled.push(data.number))],
    })
    await publishNotes(hub, streams, streams.noted, [
      { subject: kari, number: 1, id: 'first' },
      { subject: kari, number: 2, id: 'second', corrects: { source, id: 'first' }, annuls: true },
      { subject: kari, number: 3 },
      { subject: 'ola', number: 4 },
    ])
    await using _running = await runHere(hub, streams, unaware)
    const parked = await eventually('two parked events', async () => {
      const { rows } = await hub.schema(name).query('select state, code from parked_event order by id')
      return rows.length === 2 && rows
    })
    expect(parked).toEqual([
      { state: 'dead', code: 'annulment-unhandled' },
      { state: 'waiting', code: null },
    ])
    // The other subject may stand in another partition.
    const both = await eventually('two handled events', async () => handled.length === 2 && handled)
    expect(both.toSorted()).toEqual([1, 4])
  })
})

/** Echoes each note, and corrects the echo of the note that is corrected. */
function correctingService(streams: NoteStreams): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency: streams.agency,
    publishes: [streams.echoed],
    keepsResults: true,
    subscriptions: [
      on(
        streams.noted,
        async ({ data, corrects, annuls }, { resultOf }) => {
          if (corrects === undefined) return streams.echoed(data)
          const [earlier] = await resultOf(corrects, streams.echoed)
          if (earlier === undefined) throw new Error('the earlier echo is not known')
          expect(Math.abs(earlier.data.number)).toBe(data.number - 1)
          const { source, id } = earlier
          return streams.echoed({ ...data, number: annuls ? -data.number : data.number }, { corrects: { source, id } })
        },
        { annulments: true },
      ),
    ],
  })
}

interface Heard {
  readonly id: string
  readonly number: number
  readonly corrects: string | null
  readonly corrected_source: string | null
}

function listening(streams: NoteStreams): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency: streams.agency,
    migrations: [
      {
        number: 1,
        name: 'heard',
        sql: 'create table heard (at bigserial, id text, number bigint, corrects text, corrected_source text)',
      },
    ],
    subscriptions: [
      on(streams.echoed, async ({ id, data, corrects }, { transaction }) => {
        await transaction.query('insert into heard (id, number, corrects, corrected_source) values ($1, $2, $3, $4)', [
          id,
          data.number,
          corrects?.id ?? null,
          corrects?.source ?? null,
        ])
      }),
    ],
  })
}

function heard({ name }: ServiceDefinition, count: number): Promise<readonly Heard[]> {
  return eventually(`${count} echoes`, async () => {
    const { rows } = await hub
      .schema(name)
      .query<Heard>('select id, number, corrects, corrected_source from heard order by at')
    return rows.length >= count && rows
  })
}
