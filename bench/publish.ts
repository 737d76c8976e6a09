import { defineBench } from './harness/bench.ts'
import { publishBare, publishByHub } from './publish/by-lanes.ts'
import { publishByJava } from './publish/by-java.ts'
import { publishByKafkajs } from './publish/by-kafkajs.ts'
import { preparePublishing } from './publish/layoff-stream.ts'

const cpu = {
  cpu: { what: 'processor time of the client', unit: 'ms per 1,000' },
  broker: { what: 'processor time of the brokers', unit: 'ms per 1,000' },
}

export const bench = defineBench({
  name: 'publish',
  what: '500 concurrent publishers, one event of 250 bytes per call, acknowledged by all in-sync replicas, idempotent.',
  prepare: preparePublishing,
  contenders: [
    {
      key: 'hub',
      what: 'the hub: contract, Avro, envelope, key, span, lanes',
      unit: 'events/s',
      against: 'bare',
      also: cpu,
      run: publishByHub,
    },
    {
      key: 'bare',
      what: '(a) the same client: bytes made beforehand, bare lanes',
      unit: 'events/s',
      against: 'java',
      also: cpu,
      run: publishBare,
    },
    {
      key: 'kafkajs',
      what: '(b) plain kafkajs, one send per event',
      unit: 'events/s',
      against: 'bare',
      also: cpu,
      slow: true,
      run: publishByKafkajs,
    },
    {
      key: 'java',
      what: "(c) Kafka's own ProducerPerformance, no more than about 500 records at once",
      unit: 'events/s',
      run: publishByJava,
    },
  ],
  goals: [
    { goal: 'the hub at least 0.8 × (a)', of: 'hub', against: 'bare', least: 0.8 },
    { goal: 'the hub at least 5 × (b)', of: 'hub', against: 'kafkajs', least: 5 },
    { goal: '(a) at least 0.4 × (c)', of: 'bare', against: 'java', least: 0.4 },
  ],
})
