import { once } from 'node:events'

/** What a publisher's process is told by the rig: when the load starts, in milliseconds since 1970. */
export interface StartingSignal {
  readonly startAt: number
}

/** Says that this process is ready, and waits until it hears when the load starts. */
export async function untilStarted(): Promise<number> {
  const told = once(process, 'message') as Promise<[StartingSignal]>
  process.send?.('ready')
  const [{ startAt }] = await told
  // Without it the channel would keep a process alive that has nothing more to do.
  process.disconnect()
  return startAt
}
