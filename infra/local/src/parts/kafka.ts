import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { classArchive, type ClassArchive } from '../install/class-archive.ts'
import { findJava, type JavaRuntime } from '../install/java.ts'
import { installKafka, kafkaVersion } from '../install/kafka.ts'
import { runCommand } from '../install/run-command.ts'
import { cacheFolder, cloneFolder, type StackLocations } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import type { Launch, Part } from './part.ts'
import { probeKafka } from './probes.ts'

const settings = `
process.roles=broker,controller
node.id=1
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
# Topics are data (stream.yaml); a misspelt name is an error, not a topic.
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=100
group.min.session.timeout.ms=1000
# A broker that was killed is fenced for this long before it may lead again.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
log.cleaner.dedupe.buffer.size=16777216
`

/** One Kafka broker that is its own controller (KRaft). */
export function kafkaPart(options: {
  readonly locations: StackLocations
  readonly port: number
  readonly controllerPort: number
  readonly onProgress: OnProgress
  readonly signal: AbortSignal
}): Part {
  const { locations, port, controllerPort, onProgress, signal } = options
  const folder = join(locations.folder, 'kafka')
  const storage = join(folder, 'storage')
  let archive: ClassArchive | undefined
  const install = async (): Promise<{ readonly runtime: JavaRuntime; readonly installed: string }> => {
    const runtime = await findJava(17, process.env)
    return { runtime, installed: await installKafka(cacheFolder(process.env), onProgress, signal) }
  }
  return {
    name: 'kafka',
    version: kafkaVersion,
    address: `127.0.0.1:${port}`,
    install: async () => void (await install()),
    launch: async (): Promise<Launch> => {
      const { runtime, installed } = await install()
      archive = classArchive(cacheFolder(process.env), `kafka-${kafkaVersion}`, runtime, folder)
      const { java } = runtime
      const classPath = ['-cp', join(installed, 'lib/*')]
      const logging = `-Dlog4j2.configurationFile=${join(cloneFolder, 'infra/local/kafka/log4j2.properties')}`
      await mkdir(folder, { recursive: true })
      const properties = join(folder, 'server.properties')
      await writeFile(properties, propertiesOf(port, controllerPort, storage))
      if (!existsSync(storage)) await format(java, [...classPath, logging], folder, port, controllerPort)
      // On few cores the serial collector does the most work per second, and the heap is small.
      const machine = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', ...archive.flags]
      return {
        file: java,
        parameters: [...machine, logging, ...classPath, 'kafka.Kafka', properties],
        folder,
        environment: {},
      }
    },
    probe: () => probeKafka(port),
    stopSignal: 'SIGTERM',
    stopMilliseconds: 15_000,
    startMilliseconds: 90_000,
    stopped: async () => await archive?.keep(),
  }
}

/** Formats the storage beside its place, so that a start that was cut short leaves no half-formatted one. */
async function format(
  java: string,
  parameters: readonly string[],
  folder: string,
  port: number,
  controllerPort: number,
): Promise<void> {
  const half = join(folder, 'storage.half')
  await rm(half, { recursive: true, force: true })
  const properties = join(folder, 'format.properties')
  await writeFile(properties, propertiesOf(port, controllerPort, half))
  const tool = ['-XX:TieredStopAtLevel=1', ...parameters, 'kafka.tools.StorageTool']
  const { stdout } = await runCommand(java, [...tool, 'random-uuid'])
  const clusterId = stdout.trim().split('\n').at(-1) ?? ''
  await runCommand(java, [...tool, 'format', '--cluster-id', clusterId, '--config', properties])
  await rename(half, join(folder, 'storage'))
}

function propertiesOf(port: number, controllerPort: number, storage: string): string {
  return `${settings.trimStart()}listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.quorum.voters=1@127.0.0.1:${controllerPort}
log.dirs=${storage}
`
}
