import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import kafkajs, { type Admin } from 'kafkajs'
import { HubError } from '@samspill/contracts'
import { controllerPart, readStack, resetStack, startStack, type OnProgress, type RunningStack } from '@samspill/local'
import { openLinks, type Links, type LinkTargets } from './links.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

/** Three brokers, PostgreSQL and the registry, with links between all of them; kept from run to run. */
export interface Cluster extends AsyncDisposable {
  readonly stack: RunningStack
  readonly links: Links
  readonly admin: Admin
  /** The disk of `kafka-3`; a sentence that says why it has none that can be filled. */
  readonly disk: SmallDisk | string
  /** The environment of a service, whose way to every part goes through a link. */
  readonly environment: Readonly<Record<string, string>>
  /** That of a publisher with a database of its own. */
  readonly publisherEnvironment: Readonly<Record<string, string>>
  pidOf(part: string): Promise<number>
  /** How long a part's log is, in bytes. */
  endOfLog(part: string): number
  /** What a part has logged from there on. */
  logSince(part: string, from: number): string
  /** Waits until every partition of these topics has a leader and all its copies in step. */
  inStep(topics: readonly string[], withinMilliseconds: number): Promise<void>
}

const diskMebibytes = 640

/** Starts a cluster of its own name, without what an earlier one left behind. */
export async function startCluster(name: string, state: string, onProgress: OnProgress): Promise<Cluster> {
  await using opened = new AsyncDisposableStack()
  await resetStack(name)
  const links = opened.use(await openLinks(controllerPart))
  const disk = mountSmallDisk(join(state, `${name}-disk`), diskMebibytes)

  if (typeof disk !== 'string') opened.use(disk)
  opened.defer(() => resetStack(name))
  const starting = startStack({
    name,
    ports: 'free',
    leash: true,
    services: false,
    restart: false,
    brokers: {
      count: 3,
      advertised: links.advertised,
      ...(typeof disk === 'string' ? {} : { folders: { 'kafka-3': join(disk.folder, 'kafka-3') } }),
    },
    onProgress,
  })
  await leadLinks(name, links, starting)
  const stack = opened.use(await starting)
  // Traces are for people who follow a case; here they would only take the time of a core.
  await stack.stopPart('jaeger')
  const admin = new kafkajs.Kafka({
    brokers: brokersOf(stack),
    clientId: 'faults',
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 20, initialRetryTime: 100, maxRetryTime: 1_000 },
  }).admin()
  await admin.connect()
  opened.defer(() => admin.disconnect())
  const owned = opened.move()
  const { SAMSPILL_OTLP: _traces, ...environment } = stack.environment
  const withDatabase = (port: number): Record<string, string> => ({
    ...environment,
    SAMSPILL_REGISTRY: withPort(stack.environment['SAMSPILL_REGISTRY'], links.ports.registry),
    SAMSPILL_DATABASE: withPort(stack.environment['SAMSPILL_DATABASE'], port),
  })
  return {
    stack,
    links,
    admin,
    disk,
    environment: withDatabase(links.ports.servicesPostgres),
    publisherEnvironment: withDatabase(links.ports.publisherPostgres),
    async pidOf(part) {
      const pid = (await stack.status()).find((each) => each.name === part)?.pid
      if (pid === undefined)
        throw new HubError('part-not-running', `${part} does not run: a run left it behind like that`)
      return pid
    },
    endOfLog: (part) => statSync(join(stack.stack.logs, `${part}.log`)).size,
    logSince: (part, from) => readFrom(join(stack.stack.logs, `${part}.log`), from),
    inStep: (topics, within) => inStep(admin, topics, within),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function readFrom(path: string, from: number): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(Math.max(0, statSync(path).size - from))
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from)).toString('utf8')
  } finally {
    closeSync(file)
  }
}

function brokersOf(stack: RunningStack): string[] {
  return (stack.environment['SAMSPILL_KAFKA'] ?? '').split(',')
}

function withPort(url: string | undefined, port: number): string {
  const changed = new URL(url ?? '')
  changed.port = String(port)
  return changed.href
}

/** Brokers must reach each other through the links before they are ready, so these are led as soon as ports are known. */
async function leadLinks(name: string, links: Links, starting: Promise<unknown>): Promise<void> {
  let isOver = false
  const over = (): void => void (isOver = true)
  starting.then(over, over)
  for (;;) {
    const targets = targetsOf(name)
    if (targets !== undefined) return links.lead(targets)
    // Whoever waits for the stack hears why it did not start.
    if (isOver) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function targetsOf(name: string): LinkTargets | undefined {
  const stack = readStack(name)
  const controller = portIn(stack?.parts.find((part) => part.name === controllerPart)?.address)
  if (stack === undefined || controller === undefined || stack.brokers.length === 0) return undefined
  return {
    brokers: stack.brokers.map(({ part, listens }) => ({ part, ...listens })),
    controller,
    postgres: portIn(stack.environment['SAMSPILL_DATABASE']) ?? 0,
    registry: portIn(stack.environment['SAMSPILL_REGISTRY']) ?? 0,
  }
}

function portIn(address: string | undefined): number | undefined {
  const port = /127\.0\.0\.1:(\d+)/.exec(address ?? '')?.[1]
  return port === undefined ? undefined : Number(port)
}

async function inStep(admin: Admin, topics: readonly string[], within: number): Promise<void> {
  const deadline = Date.now() + within
  for (;;) {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] })
    const behind = found.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ leader, isr, replicas }) => leader < 0 || isr.length < replicas.length)
        .map(({ partitionId }) => `${name}-${partitionId}`),
    )
    if (behind.length === 0) return
    if (Date.now() > deadline) {
      throw new HubError(
        'copies-behind',
        `${behind.length} partitions have copies that are not in step: ${behind.slice(0, 5).join(', ')}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
