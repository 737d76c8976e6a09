import type { EventDecoder } from '@samspill/avro'
import { HubError, type EventContract, type EventReference, type NewEvent } from '@samspill/contracts'
import { keepResults, readResults, type Transaction } from '@samspill/postgres'
import type { OutgoingEvent } from '../publishing/outgoing-events.ts'
import type { PublishedEvent } from '../subscription.ts'

/** What a service that keeps its results reads them with. */
export interface ResultReading {
  /** Decodes what the service publishes. */
  readonly decoder: EventDecoder
  /** The service's own source. */
  readonly source: string
}

interface CauseResults {
  readonly cause: EventReference
  readonly events: readonly NewEvent[]
  /** In the order of the events, under the ids that they have from now on. */
  readonly outgoing: readonly OutgoingEvent[]
}

/**
 * What a service has returned for earlier events, as the handlers of one batch see it: also for events of the same batch,
 * of which nothing is written yet.
 */
export class OwnResults {
  readonly #transaction: Transaction
  readonly #reading: ResultReading
  readonly #ofBatch = new Map<string, CauseResults>()

  constructor(transaction: Transaction, reading: ResultReading) {
    this.#transaction = transaction
    this.#reading = reading
  }

  /** Takes what a handler has just returned. */
  add(results: CauseResults): void {
    this.#ofBatch.set(nameOf(results.cause), results)
  }

  /** What was taken for an event of this batch. */
  outgoingOf(cause: EventReference): readonly OutgoingEvent[] | undefined {
    return this.#ofBatch.get(nameOf(cause))?.outgoing
  }

  /** What `HandlerContext.resultOf` promises. */
  async of<Type extends string, Data>(
    earlier: EventReference,
    contract: EventContract<Type, Data>,
  ): Promise<readonly PublishedEvent<Data>[]> {
    const { source, decoder } = this.#reading
    const ofBatch = this.#ofBatch.get(nameOf(earlier))
    if (ofBatch !== undefined) {
      return ofBatch.events.flatMap(({ type, data }, number) => {
        const id = ofBatch.outgoing[number]?.envelope.id
        return type === contract.type && id !== undefined ? [{ source, id, type, data: data as Data }] : []
      })
    }
    const kept = (await readResults(this.#transaction, earlier)).filter(({ type }) => type === contract.type)
    await decoder.prepare(kept.map(({ value }) => value))
    return kept.map(({ eventId: id, type, value }) => ({ source, id, type, data: decoder.decode(value).data as Data }))
  }

  /** Writes the batch's results beside its other effects. */
  async keep(): Promise<void> {
    await keepResults(
      this.#transaction,
      Array.from(this.#ofBatch.values()).flatMap(({ cause, outgoing }) =>
        outgoing.map(({ row }, number) => ({
          causeSource: cause.source,
          causeId: cause.id,
          number,
          eventId: row.eventId,
          type: row.type,
          value: row.value,
        })),
      ),
    )
  }
}

/** Rejected where a handler asks for results of a service that keeps none. */
export function resultsNotKept(): HubError {
  return new HubError(
    'results-not-kept',
    'the handler asks what followed from an earlier event, and the service keeps no results: set keepsResults in defineService',
  )
}

function nameOf({ source, id }: EventReference): string {
  return JSON.stringify([source, id])
}
