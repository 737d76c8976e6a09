import { mkdirSync } from 'node:fs'
import { brokerPlaces, controllerPlace, decideBrokerCount } from '../brokers/broker-places.ts'
import { stackLocations } from '../locations.ts'
import { tryLock } from '../machine/file-lock.ts'
import { endProcesses, findLeftovers } from '../machine/leftovers.ts'
import type { Progress } from '../progress.ts'
import { readStackFile } from '../stack-file.ts'
import { findServices } from '../parts/service.ts'
import { choosePorts, refuseUnknownPortVariables } from '../stack-ports.ts'
import type { ControlReply, KeeperMessage, KeeperOptions } from './control-messages.ts'
import { failureOf, openControl } from './control-server.ts'
import { Keeper } from './keeper.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as KeeperOptions
const locations = stackLocations(options.name, process.env)
const listeners = new Set<(reply: ControlReply) => void>()
const soFar: Progress[] = []
const onProgress = (progress: Progress): void => {
  soFar.push(progress)
  for (const tell of listeners) tell({ kind: 'progress', progress })
}
let detached = false
process.on('message', () => (detached = true))

mkdirSync(locations.folder, { recursive: true })
const lock = tryLock(locations.lockFile)
if (lock === undefined) await leave({ kind: 'failure', code: 'keeper-exists', message: 'the stack has a keeper' })
const keeper = await prepare().catch((error: unknown) => leave(failureOf(error)))
const server = await openControl(locations.socket, async (request, tell) => {
  // Who waits for the parts may have come after the first of them.
  if (request.ask === 'await-parts') for (const progress of soFar) tell({ kind: 'progress', progress })
  listeners.add(tell)
  try {
    await perform(request)
    const parts = await keeper.status()
    return { kind: 'answer', stack: keeper.stack(), parts }
  } finally {
    listeners.delete(tell)
    if (request.ask === 'stop') setImmediate(() => void takeDown(0))
  }
})

// The process that started us holds the other end: when it dies before it let go, everything goes with it.
process.on('disconnect', () => {
  if (!detached) void takeDown(0)
})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void takeDown(0))
const partsStarted = keeper.startParts()
partsStarted.catch(() => undefined)
await send({ kind: 'listening' })
if (!process.connected && !detached) await takeDown(0)

async function perform(request: Parameters<Parameters<typeof openControl>[1]>[0]): Promise<void> {
  switch (request.ask) {
    case 'await-parts':
      await partsStarted
      return await keeper.startGivenUp()
    case 'start-services':
      await partsStarted
      return await keeper.startServices()
    case 'stop-part':
      return await keeper.stopPart(request.name, request.signal)
    case 'start-part':
      return await keeper.startPart(request.name)
    case 'stop':
      return await keeper[Symbol.asyncDispose]()
    case 'status':
      return undefined
  }
}

async function prepare(): Promise<Keeper> {
  const before = readStackFile(locations.stackFile)
  const recorded = (before?.parts ?? []).flatMap(({ pid, startedAt }) =>
    pid === undefined || startedAt === undefined ? [] : [{ pid, startedAt }],
  )
  await endProcesses(findLeftovers(locations.folder, recorded), 5_000)
  const services = findServices().map(({ name }) => name)
  refuseUnknownPortVariables(process.env, services)
  const count = decideBrokerCount(options.brokers.count, locations, before)
  const ports = await choosePorts(options.ports, process.env, count)
  const brokers = brokerPlaces(ports.kafka, options.brokers, locations, before)
  const controller = controllerPlace(ports.kafkaController, options.brokers, locations)
  const { ports: portChoice, restart, brokersOnly } = options
  return new Keeper({ locations, ports, portChoice, brokers, controller, restart, brokersOnly, onProgress })
}

async function takeDown(exitCode: number): Promise<never> {
  await keeper[Symbol.asyncDispose]()
  server.close()
  lock?.[Symbol.dispose]()
  process.exit(exitCode)
}

async function leave(message: KeeperMessage): Promise<never> {
  await send(message)
  process.exit(1)
}

function send(message: KeeperMessage): Promise<void> {
  return new Promise((resolve) => {
    // The process that started us may be gone already.
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, undefined, undefined, () => resolve())
  })
}
