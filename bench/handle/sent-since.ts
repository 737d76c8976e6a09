import type { TestHub } from '@samspill/testing'

/** Makes a counter of the records that a topic has got since now. */
export async function sentSince(hub: TestHub, topic: string): Promise<() => Promise<number>> {
  const count = async (): Promise<number> => {
    const ends = await hub.kafka.topics.logEnds(topic)
    return ends.reduce((total, { latest }) => total + Number(latest), 0)
  }
  const before = await count()
  return async () => (await count()) - before
}
