import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { controllerPart, storageOf, type BrokerPlace, type ControllerPlace } from '../brokers/broker-places.ts'
import {
  controllerId,
  propertiesOfBroker,
  propertiesOfController,
  propertiesOfOne,
} from '../brokers/server-properties.ts'
import { formatStorage, placeStorage } from '../brokers/storage.ts'
import { classArchive, type ClassArchive } from '../install/class-archive.ts'
import { findJava, type JavaRuntime } from '../install/java.ts'
import { installKafka, kafkaVersion } from '../install/kafka.ts'
import { cacheFolder, cloneFolder, type StackLocations } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import type { Launch, Part } from './part.ts'
import { probeBroker, probeKafka } from './probe-kafka.ts'

// On few cores the serial collector does the most work per second, and the heaps are small.
const heapOfOne = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC']
const heapOfBroker = ['-Xms128m', '-Xmx320m', '-XX:+UseSerialGC']
/** It answers a few requests a second: code that is compiled once and quickly is enough. */
const heapOfController = ['-Xms48m', '-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** What all servers of a stack's Kafka share. */
export interface KafkaSurroundings {
  readonly locations: StackLocations
  readonly onProgress: OnProgress
  readonly signal: AbortSignal
}

/** One Kafka server, described. */
interface Server {
  readonly name: string
  readonly id: number
  readonly folder: string
  /** Where clients find it, `host:port`. */
  readonly address: string
  readonly heap: readonly string[]
  /** Its settings, with everything that lies below a folder. */
  readonly properties: (folder: string) => string
  readonly probe: Part['probe']
}

/** The brokers, and the controller where there are three: one broker is its own (KRaft). */
export function kafkaParts(
  brokers: readonly BrokerPlace[],
  controller: ControllerPlace,
  surroundings: KafkaSurroundings,
): readonly Part[] {
  const single = brokers.length === 1
  const servers = brokers.map((place): Server => {
    const { part, folder, advertised, listens, id } = place
    return {
      name: part,
      id,
      folder,
      address: `127.0.0.1:${advertised.clients}`,
      heap: single ? heapOfOne : heapOfBroker,
      properties: (below) =>
        single
          ? propertiesOfOne({ ...place, folder: below }, controller.listens)
          : propertiesOfBroker({ ...place, folder: below }, controller),
      probe: () => (single ? probeKafka(listens.clients) : probeBroker(listens.clients, id)),
    }
  })
  let formatting: Promise<string> | undefined
  const formatOnce: FormatOnce = (format) =>
    (formatting ??= format().catch((error: unknown) => {
      // The next start tries again.
      formatting = undefined
      throw error
    }))
  if (single) return servers.map((server) => serverPart(server, surroundings, formatOnce))
  const decider: Server = {
    name: controllerPart,
    id: controllerId,
    folder: controller.folder,
    address: `127.0.0.1:${controller.listens}`,
    heap: heapOfController,
    properties: (folder) => propertiesOfController({ ...controller, folder }),
    probe: () => probeKafka(controller.listens),
  }
  return [decider, ...servers].map((server) => serverPart(server, surroundings, formatOnce))
}

/** Gives every caller the storage that the first one has formatted. */
type FormatOnce = (format: () => Promise<string>) => Promise<string>

function serverPart(
  server: Server,
  { locations, onProgress, signal }: KafkaSurroundings,
  formatOnce: FormatOnce,
): Part {
  const { name, folder } = server
  let archive: ClassArchive | undefined
  const install = async (): Promise<{ readonly runtime: JavaRuntime; readonly installed: string }> => {
    const runtime = await findJava(17, process.env)
    return { runtime, installed: await installKafka(cacheFolder(process.env), onProgress, signal) }
  }
  return {
    name,
    version: kafkaVersion,
    address: server.address,
    install: async () => void (await install()),
    launch: async (): Promise<Launch> => {
      const { runtime, installed } = await install()
      archive = classArchive(cacheFolder(process.env), `kafka-${kafkaVersion}`, runtime, folder)
      const { java } = runtime
      const classPath = ['-cp', join(installed, 'lib/*')]
      const logging = `-Dlog4j2.configurationFile=${join(cloneFolder, 'infra/local/kafka/log4j2.properties')}`
      await mkdir(folder, { recursive: true })
      const properties = join(folder, 'server.properties')
      await writeFile(properties, server.properties(folder))
      if (!existsSync(storageOf(folder))) {
        const formatting = { java, parameters: [...classPath, logging], properties: server.properties }
        const formatted = await formatOnce(() => formatStorage({ ...formatting, folder: locations.folder }))
        await placeStorage(formatted, folder, server.id)
      }
      return {
        file: java,
        parameters: [...server.heap, ...archive.flags, logging, ...classPath, 'kafka.Kafka', properties],
        folder,
        environment: {},
      }
    },
    probe: server.probe,
    stopSignal: 'SIGTERM',
    stopMilliseconds: 15_000,
    startMilliseconds: 180_000,
    stopped: async () => await archive?.keep(),
  }
}
