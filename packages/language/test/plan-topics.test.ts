import { describe, expect, it } from 'vitest'
import { planTopics, topicSettings, type PresentTopic } from '../src/index.ts'

const day = 86_400_000
const layoffs = { name: 'nav.layoffs', partitions: 6, retentionMilliseconds: 90 * day }

function present(brokers: number, changes: Partial<PresentTopic> = {}): PresentTopic {
  return {
    name: 'nav.layoffs',
    partitions: 6,
    replicas: Math.min(brokers, 3),
    ...changes,
    settings: { ...topicSettings(layoffs, brokers), ...changes.settings },
  }
}

describe('given a topic that is not there', () => {
  it('creates it with one copy on one broker', () => {
    expect(planTopics([layoffs], { brokers: 1, topics: [] })).toEqual([
      {
        kind: 'create',
        topic: 'nav.layoffs',
        partitions: 6,
        replicas: 1,
        settings: {
          'cleanup.policy': 'delete',
          'max.message.bytes': '1048576',
          'message.timestamp.type': 'LogAppendTime',
          'min.insync.replicas': '1',
          'retention.bytes': '-1',
          'retention.ms': '7776000000',
          'unclean.leader.election.enable': 'false',
        },
      },
    ])
  })

  it.each([3, 5])('creates it with three copies, two of them in step, on %i brokers', (brokers) => {
    expect(planTopics([layoffs], { brokers, topics: [] })).toMatchObject([
      { replicas: 3, settings: { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' } },
    ])
  })
})

describe('given a topic that is there', () => {
  it.each([1, 2, 3])('finds no difference where all is as it should be, on %i brokers', (brokers) => {
    expect(planTopics([layoffs], { brokers, topics: [present(brokers)] })).toEqual([])
  })

  it.each([3, 12])('refuses another number of partitions: %i', (partitions) => {
    const [difference, ...rest] = planTopics([layoffs], { brokers: 1, topics: [present(1, { partitions })] })
    expect(rest).toEqual([])
    expect(difference).toMatchObject({ kind: 'refused', topic: 'nav.layoffs', setting: 'partitions' })
    expect(difference).toHaveProperty(
      'message',
      expect.stringContaining(`Write partitions: ${partitions}, or make a new stream.`),
    )
  })

  it('refuses fewer copies than three on three brokers', () => {
    const [difference] = planTopics([layoffs], { brokers: 3, topics: [present(3, { replicas: 1 })] })
    expect(difference).toMatchObject({ kind: 'refused', setting: 'replication.factor' })
    expect(difference).toHaveProperty(
      'message',
      expect.stringContaining('The topic has 1 copy of each event, and 3 are needed'),
    )
  })

  it('raises the number of copies in step where brokers have come', () => {
    const topic = present(3, { settings: { 'min.insync.replicas': '1' } })
    expect(planTopics([layoffs], { brokers: 3, topics: [topic] })).toEqual([
      { kind: 'change', topic: 'nav.layoffs', setting: 'min.insync.replicas', from: '1', to: '2' },
    ])
  })

  it('forbids unclean election where it is allowed', () => {
    const topic = present(1, { settings: { 'unclean.leader.election.enable': 'true' } })
    expect(planTopics([layoffs], { brokers: 1, topics: [topic] })).toMatchObject([{ kind: 'change', to: 'false' }])
  })

  it('sets what only the broker’s default holds', () => {
    const { 'retention.ms': _, ...settings } = topicSettings(layoffs, 1)
    const topic = { name: 'nav.layoffs', partitions: 6, replicas: 1, settings }
    expect(planTopics([layoffs], { brokers: 1, topics: [topic] })).toEqual([
      { kind: 'change', topic: 'nav.layoffs', setting: 'retention.ms', from: undefined, to: '7776000000' },
    ])
  })

  it.each([String(30 * day), '1'])('keeps longer without asking: from %s', (from) => {
    const topic = present(1, { settings: { 'retention.ms': from } })
    expect(planTopics([layoffs], { brokers: 1, topics: [topic] })).toMatchObject([{ kind: 'change', from }])
  })

  it.each([String(365 * day), '-1'])('keeps shorter only when told so: from %s', (from) => {
    const cluster = { brokers: 1, topics: [present(1, { settings: { 'retention.ms': from } })] }
    const [held] = planTopics([layoffs], cluster)
    expect(held).toMatchObject({ kind: 'held-back', setting: 'retention.ms', from, to: '7776000000' })
    expect(held).toHaveProperty('message', expect.stringContaining('It is done only when told so (--shrink).'))
    expect(planTopics([layoffs], cluster, { shrink: true })).toMatchObject([
      { kind: 'change', setting: 'retention.ms' },
    ])
  })

  it.each([
    ['max.message.bytes', '2097152'],
    ['min.insync.replicas', '2'],
    ['cleanup.policy', 'compact'],
  ])('holds back a change of %s from %s that keeps less', (setting, from) => {
    const topic = present(1, { settings: { [setting]: from } })
    expect(planTopics([layoffs], { brokers: 1, topics: [topic] })).toMatchObject([{ kind: 'held-back', setting, from }])
  })

  it('is not moved by settings the language says nothing of', () => {
    const topic = present(1, { settings: { 'segment.bytes': '1' } })
    expect(planTopics([layoffs], { brokers: 1, topics: [topic] })).toEqual([])
  })
})

describe('given a topic that the language does not know', () => {
  it('reports it and never deletes it', () => {
    const topics = [present(1), present(1, { name: 'nav.old' }), present(1, { name: '__consumer_offsets' })]
    const differences = planTopics([layoffs], { brokers: 1, topics })
    expect(differences).toMatchObject([{ kind: 'extra', topic: 'nav.old' }])
    expect(planTopics([layoffs], { brokers: 1, topics }, { shrink: true })).toEqual(differences)
  })
})
