import { defineBench, type Contender } from './harness/bench.ts'
import type { Goal } from './harness/goal.ts'
import { sizeOfOutbox } from './outbox/bounded.ts'
import { throughDebezium } from './outbox/debezium.ts'
import { commitToAcknowledged } from './outbox/latency.ts'
import { prepareOutbox } from './outbox/layoff-office.ts'
import { throughHub, throughPlainInserts } from './outbox/throughput.ts'

const connections = [1, 8, 32]
const cpu = {
  cpu: { what: 'processor time of the client', unit: 'ms per 1,000' },
  postgres: { what: 'processor time of PostgreSQL', unit: 'ms per 1,000' },
}

export const bench = defineBench({
  name: 'outbox',
  what: "A transaction with one business row and one event in an agency's own database, until Kafka has acknowledged the event.",
  prepare: prepareOutbox,
  contenders: [
    ...connections.flatMap((count): Contender[] => [
      {
        key: `hub-${count}`,
        what: `outbox and relay, ${inWords(count)}`,
        unit: 'events/s',
        also: cpu,
        against: `plain-${count}`,
        run: throughHub(count),
      },
      {
        key: `plain-${count}`,
        what: `plain inserts of the same two rows, nothing relayed, ${inWords(count)}`,
        unit: 'transactions/s',
        also: cpu,
        run: throughPlainInserts(count),
      },
    ]),
    {
      key: 'debezium-8',
      what: 'plain inserts relayed by Debezium embedded, warmed up for a minute, 8 connections',
      unit: 'events/s',
      also: {
        cpu: { what: "processor time of Debezium's process", unit: 'ms per 1,000' },
        postgres: { what: 'processor time of its PostgreSQL', unit: 'ms per 1,000' },
        p50: { what: 'from commit to acknowledgement at 500 transactions a second, median', unit: 'ms' },
        p99: { what: 'from commit to acknowledgement at 500 transactions a second, p99', unit: 'ms' },
      },
      against: 'plain-8',
      long: true,
      limitSeconds: 300,
      run: throughDebezium(8),
    },
    {
      key: 'latency',
      what: 'from commit to acknowledgement at 500 transactions a second, median',
      unit: 'ms',
      also: { p99: { what: 'p99', unit: 'ms' } },
      run: commitToAcknowledged,
    },
    {
      key: 'size',
      what: 'the outbox on disk while events pass through it (200,000; 10 million with --long), largest',
      unit: 'MB',
      also: { growth: { what: 'second half of the events to the first', unit: '×' } },
      once: true,
      limitSeconds: 3_600,
      run: sizeOfOutbox,
    },
  ],
  goals: [
    ...connections.map((count): Goal => {
      const goal = `at least 0.8 × the plain inserts, ${inWords(count)}`
      return { goal, of: `hub-${count}`, against: `plain-${count}`, least: 0.8 }
    }),
    { goal: 'median from commit to acknowledgement at most 3 ms', of: 'latency', most: 3 },
    { goal: 'p99 from commit to acknowledgement at most 15 ms', of: 'latency.p99', most: 15 },
    { goal: 'the outbox stays below 256 MB on disk', of: 'size', most: 256 },
  ],
})

function inWords(count: number): string {
  return count === 1 ? '1 connection' : `${count} connections`
}
