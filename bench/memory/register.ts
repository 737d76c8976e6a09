import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { keySecret, type EventContract, type KeySecret } from '@samspill/contracts'
import { serviceFlags, serviceMemory } from '@samspill/local'
import { openDatabase, type Database } from '@samspill/postgres'
import { connectTestHub, silentLog, throwAwayAgency } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Movement, RegisterOrder } from './register-service.ts'

const program = join(import.meta.dirname, 'register-service.ts')

/** A stream of one round's own, and a service that reads it in a process of its own. */
export interface Register {
  readonly contract: EventContract<string, Movement>
  readonly secret: KeySecret
  readonly database: Database
  /** Starts the service; what it opens goes into `opened`. Gives back its process id once it has a position to read at. */
  start(opened: AsyncDisposableStack): Promise<number>
  /** Records that the service has behind it. */
  handled(): Promise<number>
}

/** Makes the stream; `client` replaces the default Kafka client of the service. */
export async function createRegister(
  stage: BenchStage,
  opened: AsyncDisposableStack,
  client?: 'kafkajs' | 'platformatic',
): Promise<Register> {
  const agency = throwAwayAgency()
  const hub = opened.use(await connectTestHub({ ...process.env, SAMSPILL_STACK: stage.stack }))
  const stream = await hub.createStream({
    agency,
    name: 'movements',
    types: { Movement: [{ name: 'municipality', type: 'string' }] },
  })
  const contract = stream.contract<Movement>('Movement')
  const name = `${agency}-register`
  const url = stage.environment['SAMSPILL_DATABASE'] ?? ''
  const database = opened.use(openDatabase({ url, schema: name, log: silentLog }))
  const handled = async (): Promise<number> => {
    const { rows } = await database.query<{ readonly there: boolean }>(
      `select to_regclass('position') is not null as there`,
    )
    if (rows[0]?.there !== true) return 0
    const answer = await database.query<{ readonly sum: number }>(
      'select coalesce(sum(next_offset), 0)::float8 as sum from position',
    )
    return answer.rows[0]?.sum ?? 0
  }
  return {
    contract,
    secret: keySecret(agency, randomBytes(32).toString('base64url')),
    database,
    handled,
    async start(running) {
      const order: RegisterOrder = {
        name,
        agency,
        type: contract.type,
        stream: contract.stream,
        schema: contract.schema,
      }
      const child = spawn(process.execPath, [...serviceFlags, program, JSON.stringify(order)], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          ...stage.environment,
          // As the stack starts its services.
          ...serviceMemory(process.env),
          SAMSPILL_OTLP: '',
          SAMSPILL_HTTP_PORT: '0',
          SAMSPILL_LOG_LEVEL: 'error',
          ...(client === undefined ? {} : { SAMSPILL_KAFKA_CLIENT: client }),
        },
      })
      const ended = once(child, 'exit')
      running.defer(async () => {
        child.kill('SIGTERM')
        await ended
      })
      for (const deadline = performance.now() + 60_000; (await handled()) === 0; await wait(100)) {
        if (performance.now() > deadline) throw new Error('the service handled nothing within a minute')
      }
      if (child.pid === undefined) throw new Error('the service was not started')
      return child.pid
    },
  }
}
