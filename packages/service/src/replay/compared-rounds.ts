import type { EventDecoder } from '@samspill/avro'
import type { Timestamp } from '@samspill/contracts'
import type { KafkaConnection } from '@samspill/kafka'
import type {
  CorrectionQueue,
  FoundDifference,
  FoundDifferences,
  HandledHistory,
  Queryable,
  ReturnedCorrection,
} from '@samspill/postgres'
import { compareResults, type Difference } from './compare-results.ts'
import { correctionOf } from './correction.ts'
import { differingFields } from './differing-fields.ts'
import { playPage, type PlayedEvent, type PlaySurroundings, type ReturnedResult } from './play-history.ts'
import type { RebuildTally } from './rebuild-report.ts'
import type { SentEvents, SentResult } from './sent-events.ts'

/** What rounds are gone through with. */
export interface RoundSurroundings extends PlaySurroundings {
  readonly kafka: Pick<KafkaConnection, 'readRanges'>
  readonly history: HandledHistory
  readonly sent: SentEvents
  /** Reads what the service publishes. */
  readonly published: EventDecoder
  readonly found: FoundDifferences
  /** Where corrections are put; undefined where none are to be sent. */
  readonly queue: CorrectionQueue | undefined
  readonly tally: RebuildTally
  readonly now: () => Timestamp
  readonly signal: AbortSignal
  /** Says how far it has come. */
  report(progress: RebuildProgress): void
}

/** How far a rebuild has come. */
export interface RebuildProgress {
  readonly handled: number
  /** Events that were handled when the rebuild began. */
  readonly of: number
}

/** Events per transaction on the shadow tables. */
const pageSize = 500

/** Goes through what a service has handled, round by round, and compares what comes of it with what was sent. */
export class ComparedRounds {
  readonly #surroundings: RoundSurroundings

  constructor(surroundings: RoundSurroundings) {
    this.#surroundings = surroundings
  }

  /**
   * Handles again what was handled since the last round, and says how much it was. In `alone` the caller holds the
   * batches of the service back.
   */
  async next({ expected, alone }: { readonly expected: number; readonly alone?: Queryable }): Promise<number> {
    const { history, kafka, sent, signal, tally, report } = this.#surroundings
    const after = history.end
    const count = await history.takeRound(alone)
    if (count === 0) return 0
    for await (const part of kafka.readRanges(await history.ranges(after))) {
      signal.throwIfAborted()
      await history.keep(part, part.records)
    }
    await history.requireComplete(after)
    // What was handled up to here has its events in the outbox, or in the topics.
    await sent.catchUp()
    let at = after
    for (;;) {
      const page = await history.page(at, pageSize)
      const last = page.at(-1)
      if (last === undefined) return count
      signal.throwIfAborted()
      await this.#compare(await playPage(page, this.#surroundings))
      at = last.sequence
      report({ handled: tally.handled, of: Math.max(expected, tally.handled) })
    }
  }

  async #compare(played: readonly PlayedEvent[]): Promise<void> {
    const { history, sent, published, found, queue, tally, tracing, now } = this.#surroundings
    const causes = played.map(({ handled }) => handled.id)
    const returned = played.flatMap((each) => each.returned)
    const before = await sent.about(
      causes,
      returned.map(({ envelope }) => envelope.id),
    )
    const sharedCauses = await history.sharedIds(causes)
    await published.prepare([...before, ...returned].map(({ value }) => value))
    const byCause = Map.groupBy(before, ({ envelope }) => envelope.causationId)
    const byId = new Map(before.map((each) => [each.envelope.id, each]))

    tally.addHandled(
      played.flatMap(({ type }) => (type === undefined ? [] : [type])),
      played.filter(({ type }) => type === undefined).length,
    )
    tally.addReturned(returned.length)
    const differences = played.flatMap((each) => {
      const { id } = each.handled
      const own = byCause.get(id) ?? []
      const elsewhere = each.returned.flatMap(({ envelope }) => byId.get(envelope.id) ?? [])
      const candidates = [...new Set([...own, ...elsewhere])]
      // Two causes of different sources under one id: whose a sent event was can only be told by its own id.
      const followsFrom = sharedCauses.has(id) ? '' : id
      const compared = compareResults(candidates, each.returned, followsFrom, ({ value: old }, { value }) =>
        differingFields(old, value, published),
      )
      return this.#comparable(compared, each)
    })
    tally.addDifferences(differences)
    const first = await found.add(differences.map(described))
    await found.addReturned(returned.flatMap(returnedCorrection))
    await queue?.add(
      differences.map((difference) => correctionOf(difference, { tracing, now })),
      first,
    )
  }

  /** What may have been sent, and has expired from its topic since, says nothing. What is taken back goes out first. */
  #comparable(differences: readonly Found[], { handled }: PlayedEvent): readonly Found[] {
    const { sent, tally } = this.#surroundings
    const comparable = differences.filter(
      (each) => each.kind !== 'missing' || !sent.mayHaveExpired(each.now.row, handled.handledAt),
    )
    tally.addNotComparable(differences.length - comparable.length)
    return [
      ...comparable.filter(({ kind }) => kind === 'unfounded'),
      ...comparable.filter(({ kind }) => kind !== 'unfounded'),
    ]
  }
}

type Found = Difference<SentResult, ReturnedResult>

function described(difference: Found): FoundDifference {
  const { envelope } = difference.kind === 'missing' ? difference.now : difference.before
  return {
    kind: difference.kind,
    type: envelope.type,
    eventId: envelope.id,
    causationId: envelope.causationId ?? null,
    fields: difference.kind === 'changed' ? difference.fields : [],
    returnedId: difference.kind === 'unfounded' ? null : difference.now.envelope.id,
    correctsId: envelope.corrects?.id ?? null,
  }
}

/** Which of the service's own events a returned one corrects. */
function returnedCorrection({ envelope: { id, source, corrects } }: ReturnedResult): ReturnedCorrection[] {
  return corrects?.source === source ? [{ id, corrects: corrects.id }] : []
}
