import { noHeaders } from '@samspill/contracts'
import { randomUUID } from 'node:crypto'
import type { IncomingBatch, KafkaConnection } from '../src/index.ts'

/** The broker of the test stack. */
export function testBrokers(): string[] {
  const brokers = process.env['SAMSPILL_KAFKA']
  if (!brokers) {
    throw new Error('SAMSPILL_KAFKA is not set: start the stack and set it to the broker, e.g. 127.0.0.1:19092')
  }
  return brokers.split(',')
}

/** Says nothing, but keeps warnings and errors for the test to look at. */
export function keptLog() {
  const lines: string[] = []
  const keep = (message: string): void => void lines.push(message)
  return { lines, debug() {}, info() {}, warn: keep, error: keep }
}

/**
 * A topic for one test; deleted when disposed. It keeps records for ever unless told: the broker looks every five
 * minutes, and would else delete records of spring 2020 before the test has read them.
 */
export async function testTopic(
  kafka: KafkaConnection,
  options: { readonly partitions: number; readonly settings?: Readonly<Record<string, string>> },
): Promise<{ readonly name: string } & AsyncDisposable> {
  const name = `test.${randomUUID()}`
  const settings = { 'retention.ms': '-1', ...options.settings }
  await kafka.topics.create([{ name, replicas: 1, partitions: options.partitions, settings }])
  return { name, [Symbol.asyncDispose]: () => kafka.topics.delete([name]) }
}

export const testGroup = (): string => `test.${randomUUID()}`

/** Waits until it is so; fails with what was waited for. */
export async function until(what: string, isSo: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`did not happen within ${milliseconds} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The values of a batch as text. */
export const valuesOf = (batch: IncomingBatch): string[] => batch.records.map(({ value }) => String(value))

/** A record for the lanes. */
export const record = (topic: string, key: string, value: string) => ({
  topic,
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: noHeaders,
  timestamp: 1_584_000_000_000,
})
