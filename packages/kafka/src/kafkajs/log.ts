import type { KafkaLog } from '../log.ts'
import { logLevel, type LogEntry } from 'kafkajs'

/** Said at every start, and not true of a writer that appends the same batch again itself. */
const beside = 'Limiting retries for the idempotent producer'

/**
 * Passes kafkajs' log lines on: the sentence, the topic and the partition, and nothing else that it knows. Its errors
 * are warnings to us, since we try again; its everyday lines are for debugging.
 */
export function logCreatorFor(log: KafkaLog): () => (entry: LogEntry) => void {
  return () =>
    ({ namespace, level, log: line }) => {
      if (line.message.startsWith(beside)) return
      const { topic, partition, error } = line as { topic?: unknown; partition?: unknown; error?: unknown }
      const fields = {
        ...(typeof topic === 'string' ? { topic } : {}),
        ...(typeof partition === 'number' ? { partition } : {}),
        ...(typeof error === 'string' ? { reason: error } : {}),
      }
      const sentence = `kafkajs ${namespace}: ${line.message}`
      if (level === logLevel.ERROR || level === logLevel.WARN) log.warn(sentence, fields)
      else log.debug(sentence, fields)
    }
}
