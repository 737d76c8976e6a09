import { setTimeout as wait } from 'node:timers/promises'
import { eventSource } from '@samspill/contracts'
import type { HistoryLine } from '../history/history-lines.ts'
import type { Journal } from '../history/journal.ts'
import { workOffOrders, type LoadOrder } from './load-orders.ts'
import { scheduleOf, sharesOf, type Due } from './open-loop.ts'
import { readSetting, streamsOfRun, systems } from './run-setting.ts'
import { workOff } from './work-off.ts'

/*
 * An agency that publishes over HTTP: batches of CloudEvents, each event sent again with its id until ingress has said
 * `accepted`. A subject's next event waits for that: whoever sends it earlier gives up the order.
 */
const setting = readSetting()
const { agency, ingress = '' } = setting
const { reported } = streamsOfRun(setting)
const source = eventSource(agency, systems.http)
const workers = 4
const pauseMilliseconds = 200
const patienceMilliseconds = 15_000

await workOffOrders(async ({ run, load, startAt }: LoadOrder, journal) => {
  const { events, subjects, milliseconds } = load
  const stream = reported.stream.name
  const schedule = scheduleOf({ run, stream, source, events: events.http, subjects, milliseconds, seed: 2 })
  await Promise.all(
    sharesOf(schedule, workers).map((share) =>
      workOff(share, startAt, { most: 100, publish: (due) => publishInTurn(due, journal) }),
    ),
  )
})

/** Publishes events of which several may be of one subject: those go one after another. */
async function publishInTurn(due: readonly Due[], journal: Journal): Promise<void> {
  let left = due
  while (left.length > 0) {
    const accepted = await post(firstOfEachSubject(left), journal)
    left = left.filter((event) => !accepted.has(event.id))
    if (accepted.size === 0) await wait(pauseMilliseconds)
  }
}

function firstOfEachSubject(due: readonly Due[]): readonly Due[] {
  return Array.from(Map.groupBy(due, ({ subject }) => subject).values(), ([first]) => first).filter(
    (event) => event !== undefined,
  )
}

/** Posts one batch; gives the ids of what was accepted. */
async function post(batch: readonly Due[], journal: Journal): Promise<ReadonlySet<string>> {
  const answer = await send(batch)
  const results = answer?.results ?? []
  const accepted = new Set(results.filter(({ status }) => status === 'accepted').map(({ id }) => id))
  const safe = batch.filter(({ id }) => accepted.has(id))
  journal.write(safe.map(({ at: _at, ...event }): HistoryLine => ({ kind: 'acknowledged', ...event })))
  return accepted
}

interface Answer {
  readonly results?: readonly { readonly id: string; readonly status: 'accepted' | 'refused' | 'unknown' }[]
}

async function send(batch: readonly Due[]): Promise<Answer | undefined> {
  const events = batch.map(({ id, subject, number, series }) => ({
    specversion: '1.0',
    id,
    source,
    type: reported.type,
    datacontenttype: 'application/json',
    data: { subject, number, series },
  }))
  try {
    const response = await fetch(`${ingress}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(patienceMilliseconds),
    })
    return (await response.json()) as Answer
  } catch (error) {
    process.stderr.write(`ingress did not answer: ${String(error)}\n`)
    return undefined
  }
}
