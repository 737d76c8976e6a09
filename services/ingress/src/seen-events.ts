import { frameSize } from '@samspill/avro'
import { problem } from '@samspill/http'
import type { EventType } from './event-types.ts'
import type { ReadyEvent } from './ready-event.ts'

/** What an event said: its type and its bytes. */
interface Said {
  readonly source: string
  readonly eventType: EventType
  readonly value: Buffer
  /** Another event with the same id, of another source. */
  readonly next: Said | undefined
}

/** The events of one batch so far: none may say something else than another one of the same id and source. */
export class SeenEvents {
  /** By id alone: a key of source and id would be made anew for each event, and ids are rarely shared by sources. */
  readonly #saidUnder = new Map<string, Said>()

  /** Remembers an event. Throws HttpProblem 422 `id-reused` where the batch held its id and source with other content. */
  add({ event, eventType, value }: ReadyEvent): void {
    const { id, source } = event
    const first = this.#saidUnder.get(id)
    for (let said = first; said !== undefined; said = said.next) {
      if (said.source !== source) continue
      if (said.eventType === eventType && sameData(said.value, value)) return
      throw idReused()
    }
    this.#saidUnder.set(id, { source, eventType, value, next: first })
  }
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
