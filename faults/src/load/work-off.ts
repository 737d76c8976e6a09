import { setTimeout as wait } from 'node:timers/promises'
import { DueQueue, type Due } from './open-loop.ts'

/** What falls due meanwhile goes out together: as often as this, in milliseconds. */
const rhythm = 25

/** Works off a schedule in order: `publish` is given what is due, and the next when it has come to an end. */
export async function workOff(
  schedule: readonly Due[],
  startedAt: number,
  options: { readonly most: number; readonly publish: (due: readonly Due[]) => Promise<void> },
): Promise<void> {
  const queue = new DueQueue(schedule, startedAt)
  for (;;) {
    const due = queue.take(options.most, Date.now())
    if (due.length > 0) {
      await options.publish(due)
      continue
    }
    const pause = queue.untilNext(Date.now())
    if (pause === undefined) return
    await wait(Math.max(rhythm, pause))
  }
}
