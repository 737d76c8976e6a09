import { problem } from '@samspill/http'
import type { ReadyEvent } from './ready-event.ts'

const frameSize = 5

/** The events of one batch so far: none may say something else than another one of the same id and source. */
export class SeenEvents {
  readonly #first = new Map<string, ReadyEvent>()

  /** Remembers an event. Throws HttpProblem 422 `id-reused` where the batch held its id and source with other content. */
  add(ready: ReadyEvent): void {
    const { id, source } = ready.event
    const key = `${source} ${id}`
    const earlier = this.#first.get(key)
    if (earlier === undefined) this.#first.set(key, ready)
    else if (!saysTheSame(earlier, ready)) {
      throw problem(
        422,
        'id-reused',
        'The batch has an earlier event of the same id and source with other content: each event needs an id of its own.',
        { errors: [{ path: 'id', rule: 'reused', message: 'must be an id that no other event of the source has' }] },
      )
    }
  }
}

/** Every inbox goes by the same: the bytes of the data. */
function saysTheSame(one: ReadyEvent, other: ReadyEvent): boolean {
  return one.eventType === other.eventType && one.value.subarray(frameSize).equals(other.value.subarray(frameSize))
}
