import { frameSize } from '@samspill/avro'
import { problem } from '@samspill/http'
import type { EventType } from './event-types.ts'
import type { ReadyEvent } from './ready-event.ts'

/** What an event said: its type and its bytes. */
interface Said {
  readonly source: string
  readonly eventType: EventType
  readonly value: Buffer
}

/** The events of one batch so far: none may say something else than another one of the same id and source. */
export class SeenEvents {
  /** By id alone: a key of source and id would be made anew for each event, and sources rarely share an id. */
  readonly #byId = new Map<string, Said>()
  /** Those whose id another source had before, by source and id. */
  readonly #others = new Map<string, Said>()

  /** Remembers an event. Throws HttpProblem 422 `id-reused` where the batch held its id and source with other content. */
  add({ event, eventType, value }: ReadyEvent): void {
    const { id, source } = event
    const said: Said = { source, eventType, value }
    const ofId = firstUnder(this.#byId, id, said)
    const earlier = ofId.source === source ? ofId : firstUnder(this.#others, `${source}\n${id}`, said)
    if (earlier !== said && !(earlier.eventType === eventType && sameData(earlier.value, value))) throw idReused()
  }
}

/** What was said first under a key, which may be this. */
function firstUnder(events: Map<string, Said>, key: string, said: Said): Said {
  const first = events.get(key)
  if (first === undefined) events.set(key, said)
  return first ?? said
}

/** Every inbox goes by the same: the bytes of the data. */
function sameData(one: Buffer, other: Buffer): boolean {
  return one.subarray(frameSize).equals(other.subarray(frameSize))
}

function idReused(): Error {
  return problem(
    422,
    'id-reused',
    'The batch has an earlier event of the same id and source with other content: each event needs an id of its own.',
    { errors: [{ path: 'id', rule: 'reused', message: 'must be an id that no other event of the source has' }] },
  )
}
