import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { compileContract, connectRegistry } from '@samspill/avro'
import { headersOfEnvelope, keyOfSubject, registrySubject, timestamp, type KeySecret } from '@samspill/contracts'
import { readStack } from '@samspill/local'
import type { Database } from '@samspill/postgres'
import { startProcess, type RunningProcess } from '@samspill/service'
import { eventually, throwAwayAgency, throwAwaySecret, type TestHub } from '@samspill/testing'
import { createProgram } from '../../src/program.ts'
import { fakeTerminal } from '../fake-terminal.ts'
import { contractsOf, echoOptions, notesService, streamOptions, type Note } from './notes-service.ts'

/** What a command said, and how it ended. */
export interface Said {
  readonly text: string
  readonly exitCode: 0 | 1
  /** Of what it threw. */
  readonly code: string | undefined
}

/** A throw-away agency and a service that reads its notes. */
export class DeadNotes {
  readonly hub: TestHub
  readonly agency: string
  readonly service: string
  readonly topic: string
  readonly #secret: KeySecret
  #schemaId = 0

  private constructor(hub: TestHub) {
    this.hub = hub
    this.agency = throwAwayAgency()
    this.service = `notes-${randomBytes(4).toString('hex')}`
    this.topic = `${this.agency}.notes`
    this.#secret = throwAwaySecret(this.agency)
  }

  static async create(hub: TestHub): Promise<DeadNotes> {
    const made = new DeadNotes(hub)
    await hub.createStream(streamOptions(made.agency))
    await hub.createStream(echoOptions(made.agency))
    const { noted } = contractsOf(made.agency)
    const registry = connectRegistry({ url: hub.config.registry.url })
    made.#schemaId = await registry.idOf(registrySubject(noted.stream, noted.type), noted.schema)
    return made
  }

  get database(): Database {
    return this.hub.schema(this.service)
  }

  /** Runs the service in this process. */
  async run(): Promise<RunningProcess> {
    const config = { ...this.hub.configWith([this.#secret]), http: { host: '127.0.0.1', port: 0 } }
    const running = await startProcess([notesService(this.service, this.agency)], { config })
    await running.started
    return running
  }

  /** Runs the service in a process of its own; disposing of it is SIGKILL. */
  spawn(): AsyncDisposable {
    const stack = readStack(process.env['SAMSPILL_STACK'] ?? '')
    const child = spawn(process.execPath, [join(import.meta.dirname, 'notes-process.ts'), this.service, this.agency], {
      env: {
        ...process.env,
        ...stack?.environment,
        SAMSPILL_HTTP_PORT: '0',
        SAMSPILL_LOG_LEVEL: 'error',
        [`SAMSPILL_KEY_${this.agency.toUpperCase()}`]: this.#secret.secret.export().toString('base64url'),
      },
      stdio: 'ignore',
    })
    return {
      async [Symbol.asyncDispose]() {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      },
    }
  }

  /** Publishes notes as the agency's own system; `value` instead of a note's bytes where given. */
  async publish(notes: readonly (Note & { readonly id?: string; readonly value?: Buffer })[]): Promise<void> {
    const { noted } = contractsOf(this.agency)
    const codec = compileContract(noted)
    await Promise.all(
      notes.map(({ id = randomBytes(8).toString('hex'), value, ...note }) => {
        const subjectKey = keyOfSubject(noted.stream, note.subject, this.#secret)
        const headers = headersOfEnvelope({
          ...{ id, source: `/${this.agency}/generator`, type: noted.type, subjectKey, correlationId: id },
          time: timestamp(Date.now()),
          replay: false,
        })
        const bytes = value ?? codec.encodeFramed(this.#schemaId, note)
        const key = Buffer.from(subjectKey)
        return this.hub.lanes.send({ topic: this.topic, key, value: bytes, timestamp: Date.now(), headers })
      }),
    )
  }

  async refuse(...notes: readonly Note[]): Promise<void> {
    for (const { subject, number } of notes) {
      await this.database.query('insert into bad values ($1, $2)', [subject, number])
    }
  }

  async mend(): Promise<void> {
    await this.database.query('delete from bad')
  }

  /** The numbers of each subject's notes, in the order in which they were handled. */
  async seen(): Promise<Readonly<Record<string, readonly number[]>>> {
    const { rows } = await this.database.query<{ subject: string; numbers: readonly number[] }>(
      'select subject, array_agg(number order by at) as numbers from seen group by subject order by subject',
    )
    return Object.fromEntries(rows.map(({ subject, numbers }) => [subject, numbers]))
  }

  /** Waits until so many notes are parked. */
  async untilParked(count: number): Promise<void> {
    await eventually(`${count} notes are parked`, async () => (await this.parked()).length === count)
  }

  async parked(): Promise<readonly { readonly id: number; readonly state: string; readonly code: string | null }[]> {
    const { rows } = await this.database.query<{ id: number; state: string; code: string | null }>(
      'select id, state, code from parked_event order by id',
    )
    return rows
  }

  /** A digest of all rows of each table that holds something of an event or of what was done. */
  async everything(): Promise<Readonly<Record<string, string>>> {
    const tables = ['seen', 'bad', 'inbox', 'outbox', 'parked_event', 'operator_action', 'discarded_event', 'position']
    const digests = await Promise.all(
      tables.map(async (table) => {
        const digest = `select md5(coalesce(string_agg(${table}::text, '/' order by ${table}::text), '')) as digest from ${table}`
        return [table, (await this.database.query<{ digest: string }>(digest)).rows[0]?.digest ?? ''] as const
      }),
    )
    return Object.fromEntries(digests)
  }
}

/** Runs `samspill` with these words on the stack under test. */
export async function samspill(...words: readonly string[]): Promise<Said> {
  return await answering(undefined, ...words)
}

/** The same, with somebody who answers when asked. */
export async function answering(answer: string | undefined, ...words: readonly string[]): Promise<Said> {
  const terminal = fakeTerminal(answer)
  let exitCode: 0 | 1 = 0
  const stack = process.env['SAMSPILL_STACK'] ?? ''
  let code: string | undefined
  try {
    await createProgram(terminal, (set) => (exitCode = set)).parseAsync(['--stack', stack, ...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    code = String(error.code)
    exitCode = 1
    terminal.noted.push(error.message)
  }
  return { text: [...terminal.printed, ...terminal.noted].join('\n'), exitCode, code }
}
