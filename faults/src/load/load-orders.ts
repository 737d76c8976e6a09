import { once } from 'node:events'
import { openJournal, type Journal } from '../history/journal.ts'
import type { LoadPlan } from '../plan/run-plan.ts'

/** What a publisher's process is told by the rig: to publish the events of one run. */
export interface LoadOrder {
  /** The run's name, which its subjects begin with. */
  readonly run: string
  /** When the load starts, in milliseconds since 1970. */
  readonly startAt: number
  readonly load: LoadPlan
  /** Where this process writes down what was acknowledged. */
  readonly journal: string
}

/** Says that this process is ready, and works off one order after the other, until the rig is gone. */
export async function workOffOrders(publish: (order: LoadOrder, journal: Journal) => Promise<void>): Promise<void> {
  const gone = once(process, 'disconnect').then(() => undefined)
  process.send?.({ kind: 'ready' })
  for (;;) {
    const message = await Promise.race([once(process, 'message') as Promise<[LoadOrder]>, gone])
    if (message === undefined) return
    using journal = openJournal(message[0].journal)
    await publish(message[0], journal)
    process.send?.({ kind: 'done' })
  }
}
