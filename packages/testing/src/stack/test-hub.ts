import { readConfig, type HubConfig } from '@samspill/config'
import { type KeySecret } from '@samspill/contracts'
import { connectKafka, createLanes, type KafkaConnection, type Lanes } from '@samspill/kafka'
import { joinStack, readStack, type RunningStack } from '@samspill/local'
import { openDatabase, type Database } from '@samspill/postgres'
import { createStream, type ThrowAwayOptions, type ThrowAwayStream } from './throw-away-stream.ts'
import { silentLog } from '../specification/silent-log.ts'

/** The running stack, in the hands of a test. */
export interface TestHub extends AsyncDisposable {
  readonly config: HubConfig
  readonly kafka: KafkaConnection
  readonly lanes: Lanes
  /** Where Jaeger answers; undefined where the stack runs without it. */
  readonly jaeger: string | undefined
  /** The configuration of services that publish for throw-away agencies. */
  configWith(secrets: readonly KeySecret[]): HubConfig
  /** A service's schema; it is closed with the hub. */
  schema(name: string): Database
  createStream(options: ThrowAwayOptions): Promise<ThrowAwayStream>
  /** The stack itself, for tests that stop and start its parts. */
  stack(): Promise<RunningStack>
}

/** Connects a test to the stack that the environment names. Throws where there is none. */
export async function connectTestHub(environment = process.env): Promise<TestHub> {
  const stackName = environment['SAMSPILL_STACK']
  const stack = stackName === undefined ? undefined : readStack(stackName)
  if (stackName === undefined || stack === undefined) {
    throw new Error('no stack is up for this test: run it with `npm test`, which starts one')
  }
  const config = readConfig({
    ...stack.environment,
    SAMSPILL_LOG_LEVEL: 'warn',
    SAMSPILL_KAFKA_CLIENT: environment['SAMSPILL_KAFKA_CLIENT'],
  })
  await using opened = new AsyncDisposableStack()
  const kafka = opened.use(
    await connectKafka(config.kafka.client, { brokers: config.kafka.brokers, clientId: 'test', log: silentLog }),
  )
  const lanes = opened.use(createLanes(await kafka.writer(), { log: silentLog }))
  const owned = opened.move()
  const schemas = new Map<string, Database>()
  return {
    config,
    kafka,
    lanes,
    jaeger: stack.jaeger,
    configWith: (secrets) => ({
      ...config,
      keySecrets: new Map([...config.keySecrets, ...secrets.map((secret) => [secret.agency, secret] as const)]),
    }),
    schema(name) {
      const known = schemas.get(name)
      if (known !== undefined) return known
      const database = owned.use(openDatabase({ url: config.database.url, schema: name, log: silentLog }))
      schemas.set(name, database)
      return database
    },
    createStream: (options) =>
      createStream(options, {
        topics: kafka.topics,
        registry: { url: config.registry.url, secret: stack.registrySecret },
      }),
    stack: () => joinStack(stackName),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
