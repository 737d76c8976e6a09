import { setTimeout as wait } from 'node:timers/promises'
import { HubError, noHeaders } from '@samspill/contracts'
import { connectKafka, createLanes, type KafkaClient, type KafkaConnection, type RunningReader } from '@samspill/kafka'
import { eventually } from '../../src/index.ts'

const keys = Array.from({ length: 12 }, (_, number) => `employer-${number}`)
const everyMilliseconds = 20
/** While no broker acknowledges, the load waits with so many records in the lanes. */
const mostWaiting = 2000

/** A log that keeps codes of what was warned of, and outcomes of appends. */
export function codesLog() {
  const codes: string[] = []
  const outcomes: string[] = []
  const note = (about: About = {}): void => void outcomes.push(about.outcome ?? '')
  const keep = (message: string, about: About = {}): void => {
    codes.push(about.error instanceof HubError ? about.error.code : message)
    note(about)
  }
  return { codes, outcomes, debug: (_: string, about?: About) => note(about), info() {}, warn: keep, error: keep }
}

interface About {
  readonly error?: unknown
  readonly outcome?: string
}

/** Events that keep coming, whatever happens to the brokers, and a reader of them. */
export interface SteadyLoad extends AsyncDisposable {
  /** When records of a partition were acknowledged, milliseconds of `performance.now()`. */
  acknowledgedAt(partition: number): readonly number[]
  /** Ends the load and waits until all is acknowledged and read. */
  finish(): Promise<Finding>
}

/** What became of the records. */
export interface Finding {
  readonly sent: number
  /** Records that do not stand where it was acknowledged that they do. */
  readonly acknowledgedElsewhere: readonly string[]
  readonly twice: readonly string[]
  /** Records whose first copy stands before that of an earlier one of their key. */
  readonly outOfOrder: readonly string[]
  /** Whether the outcome of an append was ever unknown. */
  readonly unknownOutcome: boolean
}

/** Sends to a topic through lanes, each key's events in turn, and reads them in a group, committing as it goes. */
export async function startSteadyLoad(
  client: KafkaClient,
  { brokers, topic, group }: { readonly brokers: readonly string[]; readonly topic: string; readonly group: string },
): Promise<SteadyLoad> {
  await using opened = new AsyncDisposableStack()
  const log = codesLog()
  const kafka: KafkaConnection = opened.use(await connectKafka(client, { brokers, clientId: `${client}-load`, log }))
  const lanes = opened.use(createLanes(await kafka.writer(), { log }))
  const acknowledged = new Map<string, string>()
  const times = new Map<number, number[]>()
  /** What stands where, as it was read; a record that was read again stands there still. */
  const read = new Map<string, string>()
  const reader: RunningReader = opened.use(
    await kafka.reader().run({
      group,
      topics: [topic],
      async onBatch({ assignment: { partition }, records, nextOffset }) {
        for (const { offset, value } of records) read.set(`${partition}:${offset}`, String(value))
        // Whoever commits too late reads again.
        await reader.commit([{ topic, partition, offset: nextOffset }]).catch(() => undefined)
      },
    }),
  )
  await eventually('the reader has its partitions', () => reader.assigned.length > 0)

  let running = true
  let sent = 0
  const underWay = new Set<Promise<void>>()
  const send = (key: string, number: number): void => {
    const value = `${key}:${number}`
    const record = {
      topic,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers: noHeaders,
      timestamp: Date.now(),
    }
    const sending = lanes.send(record).then(({ partition, offset }) => {
      acknowledged.set(value, `${partition}:${offset}`)
      times.set(partition, [...(times.get(partition) ?? []), performance.now()])
      underWay.delete(sending)
    })
    underWay.add(sending)
  }
  const load = (async () => {
    for (; running; sent += 1) {
      while (lanes.queued.records > mostWaiting && running) await wait(everyMilliseconds)
      for (const key of keys) send(key, sent)
      await wait(everyMilliseconds)
    }
  })()
  const owned = opened.move()

  return {
    acknowledgedAt: (partition) => times.get(partition) ?? [],
    async finish() {
      running = false
      await load
      await Promise.all(underWay)
      const ends = await kafka.topics.logEnds(topic)
      const total = ends.reduce((sum, { latest }) => sum + Number(latest), 0)
      await eventually('everything is read', () => read.size >= total, 60_000)
      return { ...findingOf(sent, acknowledged, read), unknownOutcome: log.outcomes.includes('unknown') }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function findingOf(
  sent: number,
  acknowledged: ReadonlyMap<string, string>,
  read: ReadonlyMap<string, string>,
): Omit<Finding, 'unknownOutcome'> {
  const offsetOf = (place: string): number => Number(place.split(':')[1])
  const inOrder = [...read].toSorted(([one], [other]) => offsetOf(one) - offsetOf(other)).map(([, value]) => value)
  const firsts = [...new Set(inOrder)]
  const next = new Map<string, number>()
  const outOfOrder = firsts.filter((value) => {
    const [key = '', number = ''] = value.split(':')
    const expected = next.get(key) ?? 0
    next.set(key, Number(number) + 1)
    return Number(number) !== expected
  })
  return {
    sent: sent * keys.length,
    acknowledgedElsewhere: [...acknowledged]
      .filter(([value, place]) => read.get(place) !== value)
      .map(([value]) => value),
    twice: inOrder.filter((value, at) => inOrder.indexOf(value) !== at),
    outOfOrder,
  }
}
