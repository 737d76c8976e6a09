import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRegistrar } from '@samspill/avro'
import { HubError, registrySubject } from '@samspill/contracts'
import { connectKafka, type KafkaConnection } from '@samspill/kafka'
import { openDatabase, type Database } from '@samspill/postgres'
import { startTelemetry } from '@samspill/telemetry'
import { startCluster, type Cluster } from '../cluster/cluster.ts'
import { servicesOfRun, streamsOfRun, type RunStreams } from '../load/run-setting.ts'
import { startMembers, type Members } from './members.ts'
import { createBusinessTable, noteParked, type ReadingService } from './run-database.ts'

/** A hub that is kept from run to run: cluster, streams, publishers and services. */
export interface Hub extends AsyncDisposable {
  readonly cluster: Cluster
  readonly members: Members
  readonly agency: string
  readonly streams: RunStreams
  readonly topics: readonly string[]
  readonly services: readonly ReadingService[]
  /** Past all links. */
  readonly database: Database
  readonly kafka: KafkaConnection
  /** Below which each run has a folder for its history. */
  readonly histories: string
}

const partitions = 4

/** Starts a hub on a cluster of its own name. `state` is the folder for all that it keeps. */
export async function startHub(options: {
  readonly name: string
  readonly state: string
  readonly tell: (line: string) => void
}): Promise<Hub> {
  const { name, state, tell } = options
  await using opened = new AsyncDisposableStack()
  const cluster = opened.use(
    await startCluster(name, state, ({ part, step, seconds }) => {
      if (seconds !== undefined) tell(`  ${part} ${step} in ${seconds} s`)
    }),
  )
  if (typeof cluster.disk === 'string') tell(`no run with a full disk: ${cluster.disk}`)
  const { log } = opened.use(
    startTelemetry({ service: 'faults', otlpUrl: undefined, logLevel: 'error', output: process.stderr }),
  )
  const { environment } = cluster.stack
  const brokers = (environment['SAMSPILL_KAFKA'] ?? '').split(',')
  const database = opened.use(openDatabase({ url: environment['SAMSPILL_DATABASE'] ?? '', log }))
  const kafka = opened.use(await connectKafka('kafkajs', { brokers, clientId: 'faults', log }))

  const agency = `f${randomBytes(4).toString('hex')}`
  const streams = streamsOfRun({ agency, partitions })
  const topics = Object.values(streams).map(({ stream }) => stream.name)
  const { assessment, followUp } = servicesOfRun(agency)
  const services: readonly ReadingService[] = [
    { service: 'assessment', schema: assessment, topics: topics.slice(0, 3) },
    { service: 'follow-up', schema: followUp, topics: topics.slice(3) },
  ]
  await createStreams(streams, cluster, kafka)
  await createBusinessTable(database, agency)
  const histories = join(state, `${name}-histories`)
  const folder = join(histories, agency)
  mkdirSync(folder, { recursive: true })
  const key = { [`SAMSPILL_KEY_${agency.toUpperCase()}`]: randomBytes(32).toString('base64url') }
  const members = opened.use(await startMembers({ setting: { agency, partitions }, folder, cluster, key }))
  for (const { schema } of services) await noteParked(database, schema)
  const owned = opened.move()
  return {
    ...{ cluster, members, agency, streams, topics, services, database, kafka },
    histories: folder,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function createStreams(streams: RunStreams, cluster: Cluster, kafka: KafkaConnection): Promise<void> {
  const contracts = Object.values(streams)
  await kafka.topics.create(
    contracts.map(({ stream }) => ({ name: stream.name, partitions: stream.partitions, replicas: 3 })),
  )
  const registrar = createRegistrar({
    url: cluster.stack.environment['SAMSPILL_REGISTRY'] ?? '',
    headers: { Authorization: `Bearer ${cluster.stack.stack.registrySecret}` },
  })
  const verdicts = await registrar.register(
    contracts.map(({ stream, type, schema }) => ({ subject: registrySubject(stream, type), schema })),
  )
  const refused = verdicts.find(({ outcome }) => outcome === 'refused')
  if (refused !== undefined) throw new HubError('hub-not-prepared', `the registry refused ${refused.subject}`)
  await cluster.inStep(
    contracts.map(({ stream }) => stream.name),
    60_000,
  )
}
