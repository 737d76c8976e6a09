import { readConfig } from '@samspill/config'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { runJava } from '../harness/java.ts'
import { layoffStream } from './layoff-stream.ts'

const records = 1_500_000
const warmUp = 500_000

/**
 * Kafka's own measure of its own producer. Its buffer is as small as that of 500 publishers that each wait for their
 * answer, and it waits for no more records than there are.
 */
export async function publishByJava(stage: BenchStage): Promise<Measured> {
  const { brokers } = readConfig(stage.environment).kafka
  const settings = {
    'bootstrap.servers': brokers.join(','),
    acks: 'all',
    'enable.idempotence': 'true',
    'linger.ms': '0',
    'batch.size': '16384',
    'buffer.memory': String(500 * 300),
  }
  const output = await runJava(stage, {
    main: 'org.apache.kafka.tools.ProducerPerformance',
    parameters: [
      ...['--topic', layoffStream(stage).contract.stream.name],
      ...['--num-records', String(records), '--warmup-records', String(warmUp)],
      ...['--record-size', '250', '--throughput', '-1', '--producer-props'],
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    ],
  })
  // The last line is of what came after the warm-up.
  const figures = [...output.matchAll(/([\d.]+) records\/sec/g)].map(([, number]) => Number(number))
  const value = figures.at(-1)
  if (value === undefined) throw new Error(`ProducerPerformance told no rate: ${output}`)
  return { value }
}
