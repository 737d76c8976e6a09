import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import { brokerCountFixed, storageOf, type BrokerChoice } from './brokers/broker-places.ts'
import { askKeeper, untilKeeperEnds, type ControlAnswer } from './control-client.ts'
import type { ControlRequest, KeeperMessage, KeeperOptions } from './keeper/control-messages.ts'
import { defaultStackName, stackLocations, type StackLocations } from './locations.ts'
import { tryLock } from './machine/file-lock.ts'
import { endProcesses, findLeftovers } from './machine/leftovers.ts'
import { pinnedNode } from './machine/pinned-node.ts'
import type { PartStatus } from './parts/part.ts'
import { removeDatabase } from './parts/postgres.ts'
import type { OnProgress } from './progress.ts'
import { readStackFile, type StackFile } from './stack-file.ts'
import type { PortChoice } from './stack-ports.ts'

/** How a stack is started. */
export interface StartOptions {
  /** Default: `default`. */
  readonly name?: string
  /** Default: `usual`. */
  readonly ports?: PortChoice
  /** Default: as many brokers as the stack has, one for a new stack, all in the stack's folder. */
  readonly brokers?: BrokerChoice
  /** Whether parts that die are started again. Default: true; who provokes faults wants to see who is dead. */
  readonly restart?: boolean
  /** Start nothing but Kafka: no database, registry, traces or services. Default: false. */
  readonly brokersOnly?: boolean
  /** The stack goes down with this process, even if that is killed. Default: it stays up. */
  readonly leash?: boolean
  /** Default: true. */
  readonly services?: boolean
  /** Runs when the parts are ready and before the services start: registers schemas, creates topics. */
  readonly prepare?: (stack: StackFile) => Promise<void>
  readonly onProgress?: OnProgress
}

/** A stack that is up. */
export interface RunningStack extends AsyncDisposable {
  readonly stack: StackFile
  readonly environment: StackFile['environment']
  /** Whether this call started it; a stack that ran already is left running when this one is disposed. */
  readonly started: boolean
  /** Stops one part, e.g. `stopPart('kafka-2', 'SIGKILL')`; it stays down. */
  stopPart(name: string, signal?: NodeJS.Signals): Promise<void>
  /** Starts a part that was stopped and waits until it is ready. */
  startPart(name: string): Promise<void>
  status(): Promise<readonly PartStatus[]>
  /** Resolves when the stack has gone down, by whomever; rejects with the reason of `signal`. */
  ended(signal: AbortSignal): Promise<void>
}

/** Starts a stack, or joins the one that runs under that name. Throws HubErrors that say what to do. */
export async function startStack(options: StartOptions = {}): Promise<RunningStack> {
  const { ports = 'usual', leash = false, services = true, onProgress = () => undefined } = options
  const { brokers = {}, restart = true, brokersOnly = false } = options
  const locations = stackLocations(options.name ?? defaultStackName, process.env)
  const ask: Ask = (request) => askKeeper(locations.socket, request, onProgress)
  const keeper = await startKeeper(locations, { name: locations.name, ports, brokers, restart, brokersOnly })
  const stop = async (): Promise<void> => {
    if (keeper !== undefined) await stopKeeper(keeper, ask)
  }
  try {
    let answer = await ask({ ask: 'await-parts' })
    const { length } = answer.stack.brokers
    if (brokers.count !== undefined && brokers.count !== length) {
      throw brokerCountFixed(locations.name, length, brokers.count)
    }
    await options.prepare?.(answer.stack)
    if (services && !brokersOnly) answer = await ask({ ask: 'start-services' })
    if (!leash && keeper !== undefined) await letGo(keeper)
    return runningStack(answer.stack, ask, locations.socket, { started: keeper !== undefined, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

/** Joins a stack that runs: nothing is started, and disposing leaves it running. Throws `stack-not-running`. */
export async function joinStack(name: string = defaultStackName): Promise<RunningStack> {
  const { socket } = stackLocations(name, process.env)
  const ask: Ask = (request) => askKeeper(socket, request, () => undefined)
  const { stack } = await ask({ ask: 'await-parts' })
  return runningStack(stack, ask, socket, { started: false, stop: () => Promise.resolve() })
}

/** What is known of a stack; undefined where none was ever started under that name. */
export function readStack(name: string = defaultStackName): StackFile | undefined {
  return readStackFile(stackLocations(name, process.env).stackFile)
}

/** How each part of a stack is doing now; a stack that does not run has none that is ready. */
export async function stackStatus(name: string = defaultStackName): Promise<readonly PartStatus[]> {
  const locations = stackLocations(name, process.env)
  try {
    return (await askKeeper(locations.socket, { ask: 'status' }, () => undefined)).parts
  } catch (error) {
    if (!(error instanceof HubError && error.code === 'stack-not-running')) throw error
    const parts = readStackFile(locations.stackFile)?.parts ?? []
    return parts.map(({ name: part, version, address }) => {
      return { name: part, version, address, pid: undefined, ready: false, why: error.message }
    })
  }
}

/** Takes a stack down, and what a dead keeper left behind. False where nothing ran. */
export async function stopStack(name: string = defaultStackName): Promise<boolean> {
  const locations = stackLocations(name, process.env)
  const before = readStackFile(locations.stackFile)
  try {
    await askKeeper(locations.socket, { ask: 'stop' }, () => undefined)
  } catch (error) {
    if (!(error instanceof HubError && ['stack-not-running', 'keeper-died'].includes(error.code))) throw error
    return await endLeftovers(locations, before)
  }
  if (before !== undefined) await endProcesses([before.keeper], 5_000)
  await endLeftovers(locations, before)
  return true
}

/** Takes a stack down and removes all its data: events, schemas, services' tables, keys. */
export async function resetStack(name: string = defaultStackName): Promise<void> {
  await stopStack(name)
  const locations = stackLocations(name, process.env)
  await removeDatabase(locations)
  for (const { folder } of readStackFile(locations.stackFile)?.brokers ?? []) {
    rmSync(storageOf(folder), { recursive: true, force: true })
  }
  rmSync(locations.folder, { recursive: true, force: true })
}

type Ask = (request: ControlRequest) => Promise<ControlAnswer>

function runningStack(
  stack: StackFile,
  ask: Ask,
  socket: string,
  hold: { readonly started: boolean; readonly stop: () => Promise<void> },
): RunningStack {
  return {
    stack,
    environment: stack.environment,
    started: hold.started,
    stopPart: async (name, signal) => {
      await ask({ ask: 'stop-part', name, ...(signal === undefined ? {} : { signal }) })
    },
    startPart: async (name) => void (await ask({ ask: 'start-part', name })),
    status: async () => (await ask({ ask: 'status' })).parts,
    ended: (signal) => untilKeeperEnds(socket, signal),
    [Symbol.asyncDispose]: hold.stop,
  }
}

async function endLeftovers(locations: StackLocations, before: StackFile | undefined): Promise<boolean> {
  const recorded = (before?.parts ?? []).flatMap(({ pid, startedAt }) =>
    pid === undefined || startedAt === undefined ? [] : [{ pid, startedAt }],
  )
  const leftovers = findLeftovers(locations.folder, recorded)
  await endProcesses(leftovers, 5_000)
  return leftovers.length > 0
}

/** Starts a keeper; undefined where the stack has one already. */
async function startKeeper(locations: StackLocations, options: KeeperOptions): Promise<ChildProcess | undefined> {
  mkdirSync(locations.logs, { recursive: true })
  for (const deadline = Date.now() + 30_000; ; await delay(100)) {
    const held = tryLock(locations.lockFile)
    held?.[Symbol.dispose]()
    if (held === undefined && existsSync(locations.socket)) return undefined
    const keeper = held === undefined ? undefined : await spawnKeeper(locations, options)
    if (keeper !== undefined) return keeper
    if (Date.now() > deadline) {
      throw new HubError(
        'keeper-silent',
        `the stack ${locations.name} has a keeper that does not answer: run \`samspill down\``,
      )
    }
  }
}

async function spawnKeeper(locations: StackLocations, options: KeeperOptions): Promise<ChildProcess | undefined> {
  const log = openSync(join(locations.logs, 'keeper.log'), 'a', 0o600)
  const program = join(import.meta.dirname, 'keeper/main.ts')
  const keeper = spawn(pinnedNode(), [program, JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const message = await new Promise<KeeperMessage>((resolve) => {
    keeper.once('message', (value) => resolve(value as KeeperMessage))
    keeper.once('error', (error) => resolve({ kind: 'failure', code: 'keeper-died', message: error.message }))
    keeper.once('exit', () => {
      const message = `the process that keeps the stack ended at once: see ${join(locations.logs, 'keeper.log')}`
      resolve({ kind: 'failure', code: 'keeper-died', message })
    })
  })
  if (message.kind === 'listening') {
    // What holds this process open is its own work, not the keeper.
    keeper.unref()
    keeper.channel?.unref()
    return keeper
  }
  // Another process was faster: its keeper is as good as ours.
  if (message.code === 'keeper-exists') return undefined
  throw new HubError(message.code, message.message)
}

async function letGo(keeper: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => keeper.send('stay', () => resolve()))
  keeper.disconnect()
}

async function stopKeeper(keeper: ChildProcess, ask: Ask): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (keeper.exitCode === null && keeper.signalCode === null) keeper.once('exit', () => resolve())
    else resolve()
  })
  try {
    await ask({ ask: 'stop' })
  } catch (error) {
    if (!(error instanceof HubError && ['stack-not-running', 'keeper-died'].includes(error.code))) throw error
  }
  keeper.ref()
  await gone
}
