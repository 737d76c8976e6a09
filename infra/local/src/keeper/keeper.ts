import { rmSync } from 'node:fs'
import { HubError } from '@samspill/contracts'
import { controllerPart, isBrokerPart, type BrokerPlace, type ControllerPlace } from '../brokers/broker-places.ts'
import type { StackLocations } from '../locations.ts'
import { identify, type ProcessIdentity } from '../machine/process-identity.ts'
import { jaegerPart } from '../parts/jaeger.ts'
import { kafkaParts } from '../parts/kafka.ts'
import type { Part, PartStatus } from '../parts/part.ts'
import { postgresPart } from '../parts/postgres.ts'
import { openRegistryDoor, type RegistryDoor } from '../parts/registry-door.ts'
import { registryTokens } from '../parts/registry-tokens.ts'
import { registryPart } from '../parts/registry.ts'
import { findServices, servicePart } from '../parts/service.ts'
import { timed, type OnProgress } from '../progress.ts'
import { readOrMakeSecrets, type Secrets } from '../secrets.ts'
import { writeStackFile, type StackFile } from '../stack-file.ts'
import { chooseServicePorts, type PortChoice, type StackPorts } from '../stack-ports.ts'
import { PartProcess } from './part-process.ts'
import { stackEnvironment } from './stack-environment.ts'

/** Starts the parts of one stack, owns their processes, and takes them down. */
export class Keeper implements AsyncDisposable {
  readonly #locations: StackLocations
  readonly #ports: StackPorts
  readonly #portChoice: PortChoice
  readonly #brokers: readonly BrokerPlace[]
  readonly #controller: ControllerPlace
  readonly #restart: boolean
  readonly #brokersOnly: boolean
  readonly #onProgress: OnProgress
  readonly #secrets: Secrets
  readonly #identity: ProcessIdentity
  readonly #abort = new AbortController()
  readonly #parts = new Map<string, PartProcess>()
  #door: RegistryDoor | undefined
  #noTraces: string | undefined
  #disposed: Promise<void> | undefined

  constructor(options: {
    readonly locations: StackLocations
    readonly ports: StackPorts
    readonly portChoice: PortChoice
    readonly brokers: readonly BrokerPlace[]
    readonly controller: ControllerPlace
    /** Whether parts that die are started again. */
    readonly restart: boolean
    readonly brokersOnly: boolean
    readonly onProgress: OnProgress
  }) {
    this.#locations = options.locations
    this.#ports = options.ports
    this.#portChoice = options.portChoice
    this.#brokers = options.brokers
    this.#controller = options.controller
    this.#restart = options.restart
    this.#brokersOnly = options.brokersOnly
    this.#onProgress = options.onProgress
    this.#secrets = readOrMakeSecrets(options.locations.secretsFile)
    this.#identity = identify(process.pid) ?? { pid: process.pid, startedAt: '' }
  }

  /** Installs and starts PostgreSQL, Kafka, the registry and Jaeger, each as early as it can. */
  async startParts(): Promise<void> {
    const [locations, ports, secrets] = [this.#locations, this.#ports, this.#secrets]
    const [onProgress, signal] = [this.#onProgress, this.#abort.signal]
    const tokens = registryTokens()
    const registry = registryPart({
      locations,
      secrets,
      doorUrl: `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
      databasePort: ports.postgres,
      tokens,
      onProgress,
      signal,
    })
    this.#door = await openRegistryDoor({
      port: ports.registry,
      registryPort: registry.port,
      secret: secrets.registrySecret,
      token: () => tokens.token(Date.now()),
    })
    const kafka = kafkaParts(this.#brokers, this.#controller, { locations, onProgress, signal })
    const jaeger = jaegerPart({ locations, queryPort: ports.jaeger, otlpPort: ports.otlp, onProgress, signal })
    const postgres = postgresPart({ locations, secrets, port: ports.postgres, onProgress })
    const parts = this.#brokersOnly ? kafka : [postgres, ...kafka, registry.part, jaeger]
    for (const part of parts) this.#add(part)
    // What stands between brokers has to know where they listen before they start.
    this.#record()
    const startKafka = Promise.all(kafka.map((part) => this.#start(part.name)))
    const started = await Promise.allSettled([
      startKafka,
      ...(this.#brokersOnly
        ? []
        : [
            Promise.all([registry.part.install(), this.#start('postgres')]).then(() => this.#start('registry')),
            this.#start('jaeger').catch((error: unknown) => this.#goOnWithoutTraces(error)),
          ]),
    ])
    const failed = started.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    this.#record()
  }

  /** Starts every service that is not running yet. */
  async startServices(): Promise<void> {
    const services = findServices().filter((service) => !this.#parts.get(service.name)?.wanted)
    const ports = await chooseServicePorts(
      services.map((service) => service.name),
      this.#portChoice,
      process.env,
    )
    const environment = this.stack().environment
    services.forEach((service, index) => this.#add(servicePart(service, ports[index] ?? 0, environment)))
    const started = await Promise.allSettled(services.map((service) => this.#start(service.name)))
    const failed = started.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** Tries those parts once more that died too often; whoever runs `up` again may have mended the reason. */
  async startGivenUp(): Promise<void> {
    const givenUp = [...this.#parts.values()].filter((part) => part.givenUp)
    await Promise.all(givenUp.map((part) => this.#start(part.part.name)))
  }

  /** Stops one part; it stays down until it is started again. */
  async stopPart(name: string, signal?: NodeJS.Signals): Promise<void> {
    await this.#named(name).stop(signal)
  }

  /** Starts one part that was stopped, and waits until it is ready. */
  async startPart(name: string): Promise<void> {
    const part = this.#named(name)
    if (!part.wanted) await part.start()
  }

  /** How each part is doing now. */
  async status(): Promise<readonly PartStatus[]> {
    return await Promise.all([...this.#parts.values()].map((part) => part.status()))
  }

  /** What is known of the stack outside. */
  stack(): StackFile {
    const withTraces = this.#noTraces === undefined
    return {
      name: this.#locations.name,
      keeper: this.#identity,
      socket: this.#locations.socket,
      parts: [...this.#parts.values()].map((part) => ({
        ...part.lastStatus(),
        startedAt: part.identity?.startedAt,
      })),
      brokers: this.#brokers,
      environment: stackEnvironment(this.#ports, this.#brokers, this.#secrets, withTraces),
      registrySecret: this.#secrets.registrySecret,
      jaeger: withTraces ? `http://127.0.0.1:${this.#ports.jaeger}` : undefined,
      logs: this.#locations.logs,
    }
  }

  /** Takes everything down: services first, PostgreSQL last. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#takeDown()
    return this.#disposed
  }

  async #takeDown(): Promise<void> {
    this.#abort.abort()
    const brokers = [...this.#parts.keys()].filter(isBrokerPart)
    const own = ['jaeger', ...brokers, controllerPart, 'registry', 'postgres']
    const services = [...this.#parts.keys()].filter((name) => !own.includes(name))
    const stop = async (name: string): Promise<void> => await this.#parts.get(name)?.stop()
    await Promise.all(services.map(stop))
    await Promise.all([
      stop('jaeger'),
      // Brokers ask their controller before they go.
      Promise.all(brokers.map(stop)).then(() => stop(controllerPart)),
      stop('registry').then(() => stop('postgres')),
    ])
    await this.#door?.[Symbol.asyncDispose]()
    rmSync(this.#locations.socket, { force: true })
    this.#record()
  }

  #add(part: Part): void {
    const { folder, logs } = this.#locations
    const restart = this.#restart
    this.#parts.set(part.name, new PartProcess(part, { folder, logs, restart, onChange: () => this.#record() }))
  }

  async #start(name: string): Promise<void> {
    const part = this.#named(name)
    await part.part.install()
    this.#abort.signal.throwIfAborted()
    await timed(this.#onProgress, name, { doing: 'starting', done: 'ready' }, () => part.start())
  }

  #goOnWithoutTraces(error: unknown): void {
    if (this.#abort.signal.aborted) throw error
    this.#noTraces = error instanceof Error ? error.message : String(error)
    this.#onProgress({ part: 'jaeger', step: this.#noTraces })
  }

  #named(name: string): PartProcess {
    const part = this.#parts.get(name)
    if (part !== undefined) return part
    throw new HubError('part-unknown', `there is no part ${name}: there are ${[...this.#parts.keys()].join(', ')}`)
  }

  /** Written at each change, so that a later keeper finds what this one leaves behind if it is killed. */
  #record(): void {
    writeStackFile(this.#locations.stackFile, this.stack())
  }
}
