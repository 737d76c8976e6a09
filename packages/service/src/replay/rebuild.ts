import { createEventDecoder, type Codecs, type SchemaRegistry } from '@samspill/avro'
import { eventSource, HubError, topicOf } from '@samspill/contracts'
import type { KafkaConnection } from '@samspill/kafka'
import {
  analyzeShadow,
  CorrectionQueue,
  createShadow,
  dropSchema,
  FoundDifferences,
  HandledHistory,
  lockBatches,
  SentHistory,
  shadowSchemaOf,
  swapOwnObjects,
  type Database,
  type Transaction,
} from '@samspill/postgres'
import type { ServiceDefinition } from '../define-service.ts'
import { ComparedRounds, type RoundSurroundings } from './compared-rounds.ts'
import { RebuildTally, type RebuildReport } from './rebuild-report.ts'
import { holdRebuilds } from './hold-rebuilds.ts'
import { requireHistory } from './require-history.ts'
import { SentEvents } from './sent-events.ts'

/** What a rebuild is done with. */
export interface RebuildSurroundings extends Omit<
  RoundSurroundings,
  'history' | 'sent' | 'found' | 'queue' | 'shadow' | 'published' | 'tally'
> {
  readonly definition: ServiceDefinition
  readonly kafka: KafkaConnection
  readonly registry: SchemaRegistry
  readonly codecs: Codecs
  /** Opens the database in a schema, with connections beside those that events are handled on. */
  open(schema: string): Database
}

/** What is asked of a rebuild. */
export interface RebuildWish {
  /** Only says what would differ. */
  readonly dryRun: boolean
  readonly publishDifferences: boolean
  /** Called in the transaction that puts the new tables in place of the old. */
  atSwap(transaction: Transaction, report: RebuildReport): Promise<void>
}

/** From so few events on that have come meanwhile, the rest is done while the service's batches are held back. */
const fewEvents = 500
const mostRounds = 20
const mostListed = 1_000

/**
 * Builds a service's own tables anew from what it has handled, in the order and at the times of the first time, beside
 * those that it goes on working with; compares what the handlers return with what was sent; and in the end puts the new
 * tables in place of the old and sends corrections, in one short transaction. Ended at any moment before that commits,
 * it has changed nothing. Throws `rebuild-refused`, `rebuild-running`, `history-expired`, `replay-handler-failed`,
 * `replay-unreadable`, `rebuild-tables-in-use`.
 */
export async function rebuild(surroundings: RebuildSurroundings, wish: RebuildWish): Promise<RebuildReport> {
  const { definition, kafka } = surroundings
  requireRebuildable(definition)
  await using live = surroundings.open(definition.name)
  await using held = await holdRebuilds(live, surroundings.signal)
  const expected = await requireHistory(live, kafka)
  const signal = AbortSignal.any([surroundings.signal, held.lost])
  const sends = wish.publishDifferences && !wish.dryRun
  await using workplace = await makeWorkplace({ ...surroundings, signal }, live, sends)
  const { rounds, found, queue, tally } = workplace
  for (let round = 1; round <= mostRounds; round += 1) {
    if ((await rounds.next({ expected })) <= fewEvents) break
  }
  if (wish.dryRun) {
    await found.forgetCorrected(live)
    return tally.report(await found.left(live, mostListed), { dryRun: true, swapped: false, published: 0 })
  }
  await analyzeShadow(live, definition.name)
  return await live.transaction(async (transaction) => {
    await lockBatches(transaction, 'alone')
    await rounds.next({ expected, alone: transaction })
    signal.throwIfAborted()
    await found.forgetCorrected(transaction)
    const left = await found.left(transaction, mostListed)
    const published = (await queue?.moveToOutbox(transaction)) ?? 0
    await swapOwnObjects(transaction, definition.name)
    const report = tally.report(left, { dryRun: false, swapped: true, published })
    await wish.atSwap(transaction, report)
    return report
  })
}

interface Workplace extends AsyncDisposable {
  readonly rounds: ComparedRounds
  readonly found: FoundDifferences
  readonly queue: CorrectionQueue | undefined
  readonly tally: RebuildTally
}

/** Where the rebuild keeps what it reads and builds: the shadow schema, and one beside it. Removed in the end. */
async function makeWorkplace(surroundings: RebuildSurroundings, live: Database, sends: boolean): Promise<Workplace> {
  const { definition, kafka, registry, codecs, log } = surroundings
  const { name, publishes } = definition
  const stage = `${name}__replay`
  await using made = new AsyncDisposableStack()
  made.defer(async () => {
    try {
      await dropSchema(live, stage)
      await dropSchema(live, shadowSchemaOf(name))
    } catch (error) {
      log.warn('what a rebuild has left in the database is removed by the next one', { error })
    }
  })
  await dropSchema(live, stage)
  await live.query(`create schema "${stage}"`)
  await createShadow(live, name, definition.migrations)
  const shadow = made.use(surroundings.open(shadowSchemaOf(name)))
  const found = await FoundDifferences.create(live, stage)
  const queue = sends ? await CorrectionQueue.create(live, stage) : undefined
  const tally = new RebuildTally()
  const sent = new SentEvents({
    kafka,
    database: live,
    history: await SentHistory.create(live, stage),
    topics: [...new Set(publishes.map(({ stream }) => topicOf(stream)))],
    source: eventSource(definition.agency, name),
    signal: surroundings.signal,
  })
  const published = createEventDecoder({ registry, contracts: publishes, codecs })
  const history = await HandledHistory.create(live, stage)
  const rounds = new ComparedRounds({ ...surroundings, shadow, found, queue, tally, sent, published, history })
  const owned = made.move()
  return { rounds, found, queue, tally, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** What comes in through a door of the service's own stands in no stream, so that it could not be built again. */
function requireRebuildable({ name, routes }: ServiceDefinition): void {
  if (routes === undefined) return
  throw new HubError(
    'rebuild-refused',
    `${name} has an HTTP door of its own: what came in through it is in no stream, and would be lost`,
  )
}
