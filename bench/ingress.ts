import { defineBench, type Contender } from './harness/bench.ts'
import type { Goal } from './harness/goal.ts'
import { bareProduce } from './ingress/bare-produce.ts'
import { overHttp } from './ingress/over-http.ts'

const unit = 'events/s'
const cpu = {
  cpu: { what: 'processor time of the server', unit: 'ms per 1,000' },
  broker: { what: 'processor time of the brokers', unit: 'ms per 1,000' },
}
const withLoad = { ...cpu, load: { what: 'processor time of the clients', unit: 'ms per 1,000' } }
const batches = 16

export const bench = defineBench({
  name: 'ingress',
  what: 'CloudEvents of 440 bytes over HTTP, checked against their contracts and acknowledged by all in-sync replicas; one trace in a hundred is recorded.',
  // Brokers that have just started take many times as long, each for large and for small requests: what came first would
  // pay for it.
  prepare: async (stage) => {
    const warmUp = { number: 0, seconds: 5, long: false }
    await bareProduce(batches)(stage, warmUp)
    await overHttp('naive', 'single', 64)(stage, warmUp)
  },
  contenders: [
    ...[64, 256].flatMap((connections): Contender[] => [
      {
        key: `single-${connections}`,
        what: `ingress, one event per request, ${connections} connections`,
        unit,
        against: `express-${connections}`,
        also: withLoad,
        run: overHttp('hub', 'single', connections),
      },
      {
        key: `express-${connections}`,
        what: `express that parses and answers 202, nothing else, ${connections} connections`,
        unit,
        also: withLoad,
        run: overHttp('express', 'single', connections),
      },
      {
        key: `naive-${connections}`,
        what: `express and one kafkajs send per request, nothing checked, ${connections} connections`,
        unit,
        against: `express-${connections}`,
        also: withLoad,
        slow: true,
        run: overHttp('naive', 'single', connections),
      },
    ]),
    {
      key: 'single-avro',
      what: 'ingress, one event per request with Avro data, 64 connections',
      unit,
      against: 'express-64',
      also: withLoad,
      run: overHttp('hub', 'single-avro', 64),
    },
    {
      key: 'batch',
      what: `ingress, batches of 100, ${batches} connections`,
      unit,
      against: 'bare',
      also: withLoad,
      run: overHttp('hub', 'batch', batches),
    },
    {
      key: 'batch-avro',
      what: `ingress, batches of 100 with Avro data in Protobuf, ${batches} connections`,
      unit,
      against: 'bare',
      also: withLoad,
      run: overHttp('hub', 'batch-avro', batches),
    },
    {
      key: 'batch-base64',
      what: `ingress, batches of 100 with Avro data as base64 in JSON, ${batches} connections`,
      unit,
      against: 'bare',
      also: withLoad,
      long: true,
      run: overHttp('hub', 'batch-base64', batches),
    },
    {
      key: 'bare',
      what: 'the same records made beforehand and sent over bare lanes, no HTTP',
      unit,
      also: cpu,
      run: bareProduce(batches),
    },
  ],
  goals: [
    ...[64, 256].flatMap((connections): Goal[] => {
      const [of, express, naive] = ['single', 'express', 'naive'].map((name) => `${name}-${connections}`)
      const over = `over ${connections} connections`
      return [
        { goal: `single events ${over} at least 0.75 × express`, of: of ?? '', against: express ?? '', least: 0.75 },
        { goal: `single events ${over} at least 2 × naive`, of: of ?? '', against: naive ?? '', least: 2 },
        {
          goal: `brokers' processor time ${over} at most 0.2 × naive`,
          of: `${of}.broker`,
          against: `${naive}.broker`,
          most: 0.2,
        },
      ]
    }),
    { goal: 'batches of JSON at least 0.6 × bare', of: 'batch', against: 'bare', least: 0.6 },
    { goal: 'batches of Avro at least 0.8 × bare', of: 'batch-avro', against: 'bare', least: 0.8 },
  ],
})
