import { defineBench, type Contender } from './harness/bench.ts'
import { prepareBacklog } from './handle/backlog.ts'
import { handleByBarePipeline } from './handle/by-bare-pipeline.ts'
import { handleByBulkInsert } from './handle/by-bulk-insert.ts'
import { handleByJava } from './handle/by-java.ts'
import { handleByKafkajs } from './handle/by-kafkajs.ts'
import { handleByKit, type KitOptions } from './handle/by-kit.ts'

const shared = {
  unit: 'events/s',
  also: {
    cpu: { what: 'processor time of the worker', unit: 'ms per 1,000' },
    postgres: { what: 'processor time of PostgreSQL', unit: 'ms per 1,000' },
  },
} satisfies Partial<Contender>

const byKit = (options: KitOptions): Pick<Contender, 'run'> => ({
  run: (stage, round) => handleByKit(stage, round, options),
})

export const bench = defineBench({
  name: 'handle',
  what: 'A backlog of 200,000 events about 20,000 people: one upsert and one returned event for each, effects once.',
  prepare: prepareBacklog,
  contenders: [
    {
      key: 'kit',
      what: 'the hub, independent subjects, spans of one trace in a hundred',
      ...shared,
      against: 'bare',
      ...byKit({ handler: 'independent' }),
    },
    {
      key: 'relayed',
      what: 'the hub, until its returned events are sent',
      ...shared,
      against: 'bare-relayed',
      ...byKit({ handler: 'independent', isRelayed: true }),
    },
    {
      key: 'together',
      what: 'the hub, a handler for many events at once',
      ...shared,
      against: 'bulk',
      ...byKit({ handler: 'many at once' }),
    },
    {
      key: 'traced',
      what: 'the hub, spans of every trace',
      ...shared,
      against: 'bare',
      once: true,
      ...byKit({ handler: 'independent', isTraced: true }),
    },
    {
      key: 'sequential',
      what: 'the hub, one event after the other',
      ...shared,
      against: 'bare',
      once: true,
      ...byKit({ handler: 'one by one' }),
    },
    {
      key: 'message',
      what: '(a) kafkajs eachMessage, a transaction for each event',
      ...shared,
      slow: true,
      run: (stage, round) => handleByKafkajs(stage, round, 1),
    },
    {
      key: 'messages',
      what: '(a) kafkajs eachMessage, six partitions at once',
      ...shared,
      slow: true,
      once: true,
      run: (stage, round) => handleByKafkajs(stage, round, 6),
    },
    {
      key: 'java',
      what: "(b) Confluent's parallel consumer, by key, batches of 100",
      ...shared,
      run: handleByJava,
    },
    {
      key: 'bare',
      what: '(c) a bare pipeline, one Sync per batch',
      ...shared,
      run: (stage, round) => handleByBarePipeline(stage, round),
    },
    {
      key: 'bare-relayed',
      what: '(c) until its returned events are sent',
      ...shared,
      run: (stage, round) => handleByBarePipeline(stage, round, { isRelayed: true }),
    },
    { key: 'bulk', what: '(d) read, decode and insert, no guarantees', ...shared, run: handleByBulkInsert },
  ],
  goals: [
    { goal: 'the hub at least 20 × (a) alone', of: 'kit', against: 'message', least: 20 },
    { goal: 'the hub at least 1.5 × (b)', of: 'kit', against: 'java', least: 1.5 },
    { goal: 'the hub at least 0.85 × (c)', of: 'kit', against: 'bare', least: 0.85 },
    { goal: 'the hub with a relay at least 0.85 × (c) with one', of: 'relayed', against: 'bare-relayed', least: 0.85 },
    { goal: 'the hub at least 0.4 × (d)', of: 'kit', against: 'bulk', least: 0.4 },
    { goal: 'a handler for many events at least 0.6 × (d)', of: 'together', against: 'bulk', least: 0.6 },
  ],
})
