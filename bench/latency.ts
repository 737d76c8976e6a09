import { defineBench, type Contender } from './harness/bench.ts'
import { latencyOfBareClient } from './latency/bare-client.ts'
import { latencyOfHub } from './latency/hub.ts'
import { prepareLatency } from './latency/prepare.ts'

const percentiles: NonNullable<Contender['also']> = {
  p50: { what: 'p50', unit: 'ms' },
  p999: { what: 'p99.9', unit: 'ms' },
  rate: { what: 'events published', unit: 'events/s' },
}

export const bench = defineBench({
  name: 'latency',
  what: 'From the moment an event was to be published (open loop) to the commit of what its handler wrote: p99. PostgreSQL tells the moment of the commit, just before it waits for the disk.',
  prepare: prepareLatency,
  contenders: [
    {
      key: 'hub',
      what: 'the hub at 1,000/s',
      unit: 'ms',
      against: 'bare',
      also: percentiles,
      run: (stage, round) => latencyOfHub(stage, round, 'steady'),
    },
    {
      key: 'bare',
      what: 'the bare client at 1,000/s: produce, consume, one insert and commit per fetch',
      unit: 'ms',
      also: percentiles,
      run: (stage, round) => latencyOfBareClient(stage, round, 'steady'),
    },
    {
      key: 'hub-half',
      what: 'the hub at half of its highest rate',
      unit: 'ms',
      against: 'bare-half',
      also: percentiles,
      run: (stage, round) => latencyOfHub(stage, round, 'half'),
    },
    {
      key: 'bare-half',
      what: 'the bare client at that rate',
      unit: 'ms',
      also: percentiles,
      run: (stage, round) => latencyOfBareClient(stage, round, 'half'),
    },
  ],
  goals: [
    { goal: 'p99 of the hub at most 2 × the bare client, at 1,000/s', of: 'hub', against: 'bare', most: 2 },
    { goal: 'the same at half of the highest rate', of: 'hub-half', against: 'bare-half', most: 2 },
  ],
})
