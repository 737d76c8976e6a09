import type { LogEntry } from 'kafkajs'
import type { KafkaLog } from '../log.ts'

/**
 * Passes kafkajs' log lines on for debugging: the sentence, the topic, the partition and the reason, and nothing else
 * that it knows. It calls every hiccup an error; what matters reaches the log as our own errors and warnings.
 */
export function logCreatorFor(log: KafkaLog): () => (entry: LogEntry) => void {
  return () =>
    ({ namespace, log: line }) => {
      const { topic, partition, error } = line as { topic?: unknown; partition?: unknown; error?: unknown }
      log.debug(`kafkajs ${namespace}: ${line.message}`, {
        ...(typeof topic === 'string' ? { topic } : {}),
        ...(typeof partition === 'number' ? { partition } : {}),
        ...(typeof error === 'string' ? { reason: error } : {}),
      })
    }
}
