import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { isDeepStrictEqual, promisify } from 'node:util'
import { readConfig } from '@samspill/config'
import { resetStack, startStack, type RunningStack } from '@samspill/local'
import { openDatabase, type Database } from '@samspill/postgres'
import {
  countryOf,
  eventually,
  incomeSystem,
  observe,
  populationRegister,
  sendToIngress,
  silentLog,
  type Country,
  type ObservedEvent,
} from '@samspill/testing'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import { prepareStack } from '../../src/prepare-stack.ts'
import { daysOfMarch } from './march.ts'
import { positionsOf, tablesOf, waitingToBeSent, type Tables } from './tables-of-services.ts'

/** Each service, and the streams of the others that it reads. */
const reads = {
  'wage-compensation': ['nav.layoffs', 'nav.employer-pay', 'skatteetaten.income', 'skatteetaten.persons'],
  'career-guidance': ['nav.benefits', 'nav.employer-pay', 'skatteetaten.persons'],
  'social-assistance': [
    'nav.layoffs',
    'nav.benefits',
    'nav.employer-pay',
    'skatteetaten.income',
    'skatteetaten.persons',
    'vestland.career-guidance',
  ],
} as const
const topics = [...new Set([...Object.values(reads).flat(), 'bergen.social-assistance'])]
const publishers = [...Object.keys(reads), 'population-register']

/** A hub that a country of a few people has lived March 2020 on. */
export interface LivedMarch extends AsyncDisposable {
  readonly country: Country
  readonly stack: RunningStack
  /** All that is published, also later on. */
  readonly events: readonly ObservedEvent[]
  /** Every row of every table of the services, and where each topic ends, once nothing is on its way any more. */
  everything(): Promise<{ readonly tables: Tables; readonly ends: Readonly<Record<string, string>> }>
  /** What `samspill replay … --json` answers. */
  replay(service: string, ...words: readonly string[]): Promise<Readonly<Record<string, unknown>>>
}

/** Starts a stack and lets a country live March 2020 on it, day by day: a day begins when the one before is settled. */
export async function liveMarch(name: string, people: number): Promise<LivedMarch> {
  await using opened = new AsyncDisposableStack()
  opened.defer(() => resetStack(name))
  const stack = opened.use(
    await startStack({ name, ports: 'free', leash: true, prepare: (file) => prepareStack(file, () => undefined) }),
  )
  const config = readConfig({ ...stack.environment, SAMSPILL_LOG_LEVEL: 'error' })
  const database = opened.use(openDatabase({ url: config.database.url, log: silentLog, maxConnections: 2 }))
  const at = { brokers: config.kafka.brokers, registryUrl: config.registry.url }
  const admin = new Kafka({ brokers: [...at.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  opened.defer(() => admin.disconnect())
  const observation = opened.use(await observe(at, topics))
  const ingress = (await stack.status()).find((part) => part.name === 'ingress')?.address ?? ''
  const country = countryOf({ seed: 'a month under test', people })
  const settled = async (): Promise<void> => {
    await eventually('nothing is on its way', () => isSettled(database, admin, observation.events), 60_000)
  }
  {
    await using register = await populationRegister(config)
    await using incomes = await incomeSystem(at)
    for (const day of daysOfMarch(country)) {
      await register.register(day.residents)
      await incomes.publish(day.incomes)
      await sendToIngress(ingress, day.events(observation.events))
      await settled()
    }
  }
  const owned = opened.move()
  return {
    country,
    stack,
    events: observation.events,
    everything: async () => {
      await settled()
      return { tables: await tablesOf(database, publishers), ends: Object.fromEntries(await endsOf(admin)) }
    },
    replay: (service, ...words) => replay(name, service, words),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Whether all that was published is handled and observed, and nothing has been published meanwhile. */
async function isSettled(database: Database, admin: Admin, events: readonly ObservedEvent[]): Promise<boolean> {
  const ends = await endsOf(admin)
  for (const [service, streams] of Object.entries(reads)) {
    const positions = await positionsOf(database, service)
    const isBehind = ([place, end]: [string, string]): boolean =>
      streams.some((stream) => place.startsWith(`${stream}/`)) && (positions.get(place) ?? 0n) < BigInt(end)
    if (Array.from(ends).some(isBehind)) return false
  }
  if ((await waitingToBeSent(database, publishers)) > 0) return false
  const published = Array.from(ends.values()).reduce((sum, end) => sum + Number(end), 0)
  return published === events.length && isDeepStrictEqual(ends, await endsOf(admin))
}

/** Where each partition ends, by `<topic>/<partition>`. */
async function endsOf(admin: Admin): Promise<ReadonlyMap<string, string>> {
  const ends = topics.map(async (topic) => {
    const partitions = await admin.fetchTopicOffsets(topic)
    return partitions.map(({ partition, high }) => [`${topic}/${partition}`, high] as const)
  })
  return new Map((await Promise.all(ends)).flat())
}

async function replay(
  stack: string,
  service: string,
  words: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const program = join(import.meta.dirname, '../../bin/samspill.mjs')
  const parameters = ['--stack', stack, 'replay', service, ...words, '--json', '--reason', 'to see what would differ']
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...parameters], {
    maxBuffer: 2 ** 24,
  }).catch(
    // Exit code 1 says that something differs and was not sent.
    (error: { readonly stdout: string }) => error,
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
}
