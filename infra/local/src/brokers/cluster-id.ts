import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileWhole } from '../machine/write-file-whole.ts'

/** The id by which a stack's brokers know each other, made once: one that lost its disk comes back under the same. */
export function readOrMakeClusterId(folder: string): string {
  const file = join(folder, 'kafka-cluster-id')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const id = newKafkaId(randomBytes)
  writeFileWhole(file, `${id}\n`, 0o600)
  return id
}

/** An id as Kafka makes them: 16 bytes in base64url. A hyphen in front would look like an option to its tools. */
export function newKafkaId(random: (bytes: number) => Buffer): string {
  return random(16).toString('base64url').replace(/^-/, 'A')
}
