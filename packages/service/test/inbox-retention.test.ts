import { describe, expect, test } from 'vitest'
import type { KafkaConnection } from '@samspill/kafka'
import { longestRetention } from '../src/reading/inbox-retention.ts'

const day = 86_400_000

describe('the inbox is kept', () => {
  test('as long as the longest retention of the streams that are read', async () => {
    expect(await retentionOf({ 'nav.layoffs': String(90 * day), 'nav.benefits': String(30 * day) })).toBe(90 * day)
  })

  test.each([
    { why: 'for ever', settings: { 'nav.layoffs': '-1', 'nav.benefits': String(30 * day) } },
    { why: 'for nobody knows how long', settings: { 'nav.layoffs': undefined } },
  ])('for ever where a stream is kept $why', async ({ settings }) => {
    expect(await retentionOf(settings)).toBeUndefined()
  })
})

async function retentionOf(retentions: Readonly<Record<string, string | undefined>>): Promise<number | undefined> {
  const streams = new Map(Object.keys(retentions).map((name) => [name, undefined]))
  const describeTopics: KafkaConnection['topics']['describe'] = () =>
    Promise.resolve(
      Object.entries(retentions).map(([name, retention]) => ({
        name,
        partitions: 1,
        replicas: 1,
        settings: retention === undefined ? {} : { 'retention.ms': retention },
      })),
    )
  return await longestRetention({ kafka: { topics: { describe: describeTopics } as never }, streams })
}
