import { headerText } from '@samspill/contracts'
import { connectRegistry, createEventDecoder } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { connectKafka, type IncomingRecord } from '@samspill/kafka'
import type { BenchStage } from '../harness/bench-stage.ts'
import { backlog, type Layoff } from './backlog.ts'

/** A record with its event read: what a program without the hub would begin with. */
export interface ReadLayoff {
  readonly record: IncomingRecord
  readonly id: string
  readonly traceparent: string
  readonly layoff: Layoff
}

const slice = 500

/**
 * Reads the backlog with the hub's client and decodes it, without anything around it; `handle` gets up to 500 events of
 * one partition, and partitions go side by side. Disposing of it leaves the group.
 */
export async function readBacklog(
  stage: BenchStage,
  group: string,
  handle: (layoffs: readonly ReadLayoff[], partition: number, next: bigint) => Promise<void>,
): Promise<AsyncDisposable & { readonly failure: Promise<never> }> {
  const config = readConfig({ ...process.env, ...stage.environment })
  const { layoff } = backlog(stage)
  const { brokers, client } = config.kafka
  const decoder = createEventDecoder({
    registry: connectRegistry({ url: config.registry.url }),
    contracts: [layoff],
  })
  let over = false
  const failed = Promise.withResolvers<never>()
  const kafka = await connectKafka(client, { brokers, clientId: group, log: quiet })
  const reader = await kafka.reader().run({
    group,
    topics: [layoff.stream.name],
    async onBatch({ assignment, records, nextOffset }) {
      try {
        await decoder.prepare(records.map(({ value }) => value))
        for (let from = 0; from < records.length; from += slice) {
          const layoffs = records.slice(from, from + slice).map((record): ReadLayoff => ({
            record,
            id: headerOf(record, 'ce_id'),
            traceparent: headerOf(record, 'traceparent'),
            layoff: decoder.decode(record.value ?? Buffer.alloc(0)).data as Layoff,
          }))
          if (over) return
          await handle(layoffs, assignment.partition, records[from + slice]?.offset ?? nextOffset)
        }
      } catch (error) {
        failed.reject(error)
      }
    },
  })
  return {
    failure: failed.promise,
    async [Symbol.asyncDispose]() {
      over = true
      await reader.stop({ drainMilliseconds: 20_000 })
      await kafka[Symbol.asyncDispose]()
    },
  }
}

function headerOf(record: IncomingRecord, wanted: string): string {
  return headerText(record.headers, wanted) ?? ''
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
