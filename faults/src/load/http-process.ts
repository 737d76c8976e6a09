import { setTimeout as wait } from 'node:timers/promises'
import { eventSource } from '@samspill/contracts'
import type { HistoryLine } from '../history/history-lines.ts'
import { openJournal } from '../history/journal.ts'
import { scheduleOf, sharesOf, type Due } from './open-loop.ts'
import { readSetting, streamsOfRun, systems } from './run-setting.ts'
import { untilStarted } from './starting-signal.ts'
import { workOff } from './work-off.ts'

/*
 * An agency that publishes over HTTP: batches of CloudEvents, each event sent again with its id until ingress has said
 * `accepted`. A subject's next event waits for that: whoever sends it earlier gives up the order.
 */
const setting = readSetting()
const { agency, load, ingress = '' } = setting
const { reported } = streamsOfRun(setting)
const source = eventSource(agency, systems.http)
const workers = 4
const pauseMilliseconds = 200
const patienceMilliseconds = 15_000

using journal = openJournal(setting.journal)
const schedule = scheduleOf({
  stream: reported.stream.name,
  source,
  events: load.events.http,
  subjects: load.subjects,
  milliseconds: load.milliseconds,
  seed: 2,
})
const startedAt = await untilStarted()
await Promise.all(
  sharesOf(schedule, workers).map((share) => workOff(share, startedAt, { most: 100, publish: publishInTurn })),
)

/** Publishes events of which several may be of one subject: those go one after another. */
async function publishInTurn(due: readonly Due[]): Promise<void> {
  let left = due
  while (left.length > 0) {
    const accepted = await post(firstOfEachSubject(left))
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
async function post(batch: readonly Due[]): Promise<ReadonlySet<string>> {
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
