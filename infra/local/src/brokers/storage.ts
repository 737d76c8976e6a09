import { randomBytes } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../install/run-command.ts'
import { storageOf } from './broker-places.ts'
import { readOrMakeClusterId, newKafkaId } from './cluster-id.ts'

/** How a storage is formatted: Kafka's tool takes a JVM's start for it, so that it is done once for all servers. */
export interface Formatting {
  readonly java: string
  /** Class path and logging. */
  readonly parameters: readonly string[]
  /** Any server's settings with a storage below a folder; its number does not matter. */
  readonly properties: (folder: string) => string
  /** The stack's folder. */
  readonly folder: string
}

/** Formats a storage that servers get copies of, below the stack's folder. Returns the folder that holds it. */
export async function formatStorage({ java, parameters, properties, folder }: Formatting): Promise<string> {
  const made = join(folder, 'kafka-formatted')
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { recursive: true })
  const file = join(made, 'format.properties')
  await writeFile(file, properties(made))
  const tool = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', ...parameters, 'kafka.tools.StorageTool']
  const clusterId = readOrMakeClusterId(folder)
  await runCommand(java, [...tool, 'format', '--cluster-id', clusterId, '--config', file])
  return made
}

/**
 * Gives a server its copy of a formatted storage. It is made beside its place, so that a start that was cut short leaves
 * no half of one.
 */
export async function placeStorage(formatted: string, folder: string, nodeId: number): Promise<void> {
  const half = join(folder, 'half')
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true })
  await cp(storageOf(formatted), storageOf(half), { recursive: true })
  const file = join(storageOf(half), 'meta.properties')
  await writeFile(file, ownedBy(nodeId, newKafkaId(randomBytes), await readFile(file, 'utf8')))
  await rename(storageOf(half), storageOf(folder))
  await rm(half, { recursive: true })
}

/** The text of a meta.properties as that of another server. */
export function ownedBy(nodeId: number, directoryId: string, text: string): string {
  return text
    .replace(/^node\.id=.*$/m, `node.id=${nodeId}`)
    .replace(/^directory\.id=.*$/m, () => `directory.id=${directoryId}`)
}
