import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TopicAdmin } from '@samspill/kafka'
import { readLanguage, topicSettings, topicWishes } from '@samspill/language'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languageFolder } from '../src/schemas/schema-entries.ts'
import { planOf } from '../src/streams/topic-plan.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samspill-language-'))
  await cp(languageFolder, folder, { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

/** A cluster of one broker whose topics are what the language said before it was changed. */
async function clusterAsItWas() {
  const present = topicWishes(await readLanguage(languageFolder)).map((wish) => ({
    name: wish.name,
    partitions: wish.partitions,
    replicas: 1,
    settings: topicSettings(wish, 1),
  }))
  const topics: Pick<TopicAdmin, 'brokers' | 'describe'> = {
    brokers: () => Promise.resolve(1),
    describe: () => Promise.resolve(present),
  }
  return { topics: topics as TopicAdmin }
}

describe('the plan for the topics', () => {
  test('follows stream.yaml as it is now, before code is generated from it', async () => {
    const cluster = await clusterAsItWas()
    expect(await planOf(cluster, { brokers: 1, shrink: false }, folder)).toEqual([])
    const file = join(folder, 'nav/layoffs/stream.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(
      file,
      text.replace(/^partitions: \d+$/m, 'partitions: 12').replace(/^retention: .*$/m, 'retention: P90D'),
    )
    expect(await planOf(cluster, { brokers: 1, shrink: false }, folder)).toMatchObject([
      { kind: 'refused', topic: 'nav.layoffs', setting: 'partitions' },
      { kind: 'held-back', topic: 'nav.layoffs', setting: 'retention.ms' },
    ])
  })

  test('asks for three copies also while two of three brokers are away', async () => {
    const cluster = await clusterAsItWas()
    const plan = await planOf(cluster, { brokers: 3, shrink: false })
    const about = plan.filter(({ topic }) => topic === 'nav.layoffs')
    expect(about).toMatchObject([
      { kind: 'refused', setting: 'replication.factor' },
      { kind: 'change', setting: 'min.insync.replicas', to: '2' },
    ])
  })
})
