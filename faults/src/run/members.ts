import type { Cluster } from '../cluster/cluster.ts'
import type { RunSetting } from '../load/run-setting.ts'
import { startProcess, type RunProcess } from './run-process.ts'

/** The processes beside the cluster, kept from run to run; those that are killed are replaced. */
export interface Members extends AsyncDisposable {
  /** Those that publish what they are ordered to. */
  readonly publishers: readonly RunProcess[]
  /** Two of `assessment` and one of `follow-up`. */
  services(): readonly RunProcess[]
  /** Starts another one like this service in its place. */
  replaceService(service: RunProcess): Promise<void>
  /** The process whose relay is the active one, as far as the two have said. */
  activeRelay(): RunProcess
  standbyRelay(): RunProcess
  replaceRelay(relay: RunProcess): Promise<void>
  /** Starts a member of the group of `assessment` that joins and leaves until it is ended. */
  startStorm(): Promise<RunProcess>
}

const startMilliseconds = 600_000
const places = ['assessment', 'assessment', 'follow-up'] as const
const elected = 'the relay of this process is active'

/** Starts all processes and waits until they are ready. `key` is the agency's key secret, as a variable. */
export async function startMembers(options: {
  readonly setting: RunSetting
  /** Where their output goes. */
  readonly folder: string
  readonly cluster: Cluster
  readonly key: Readonly<Record<string, string>>
}): Promise<Members> {
  const { setting, folder, cluster, key } = options
  const all: RunProcess[] = []
  await using failing = new AsyncDisposableStack()
  failing.defer(() => dispose(all))
  const start = (kind: string, program: string, more: Partial<RunSetting> = {}, ...words: string[]): RunProcess => {
    const own = program.startsWith('load/outbox') || program.startsWith('load/relay')
    const started = startProcess({
      name: `${kind}-${all.length + 1}`,
      program,
      words: [JSON.stringify({ ...setting, ...more }), ...words],
      environment: { ...(own ? cluster.publisherEnvironment : cluster.environment), ...key },
      folder,
    })
    all.push(started)
    return started
  }
  const startRelay = (): RunProcess => start('relay', 'load/relay-process.ts')
  const startService = (service: (typeof places)[number]): RunProcess =>
    start(service, 'services/service-process.ts', {}, service)

  const relays = [startRelay(), startRelay()]
  const services = places.map(startService)
  const ingress = start('ingress', 'load/ingress-process.ts')
  const [lanes, outbox] = [start('lanes', 'load/lanes-process.ts'), start('outbox', 'load/outbox-process.ts')]
  const { url = '' } = await ingress.told('listening', startMilliseconds)
  const publishers = [outbox, start('http', 'load/http-process.ts', { ingress: url }), lanes]
  await Promise.all([
    ...[...publishers, ...relays].map((each) => each.told('ready', startMilliseconds)),
    ...services.map((service) => service.untilSays('"started"', startMilliseconds)),
    ingress.untilSays('all schema ids are known', startMilliseconds),
    ingress.untilSays('the brokers are there', startMilliseconds),
  ])
  await Promise.any(relays.map((relay) => relay.untilSays(elected, startMilliseconds)))
  failing.move()

  const byElection = (): RunProcess[] =>
    relays.toSorted((one, other) => lastElectionOf(other).localeCompare(lastElectionOf(one)))
  return {
    publishers,
    services: () => services,
    activeRelay: () => byElection()[0] ?? outbox,
    standbyRelay: () => byElection()[1] ?? outbox,
    async replaceService(service) {
      const place = services.indexOf(service)
      const successor = startService(places[place] ?? 'assessment')
      services[place] = successor
      await successor.untilSays('"listening"', startMilliseconds)
    },
    async replaceRelay(relay) {
      const successor = startRelay()
      relays[relays.indexOf(relay)] = successor
      await successor.told('ready', startMilliseconds)
    },
    async startStorm() {
      const member = start('storm', 'services/storm-process.ts')
      await member.told('ready', startMilliseconds)
      return member
    },
    [Symbol.asyncDispose]: () => dispose(all),
  }
}

/** When a relay last said that it is the active one; empty where it never has. */
function lastElectionOf(relay: RunProcess): string {
  const line = relay
    .output()
    .split('\n')
    .findLast((each) => each.includes(elected))
  return /"time":"([^"]+)"/.exec(line ?? '')?.[1] ?? ''
}

async function dispose(processes: readonly RunProcess[]): Promise<void> {
  await Promise.all(processes.map((each) => each[Symbol.asyncDispose]()))
}
