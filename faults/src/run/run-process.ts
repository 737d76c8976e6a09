import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'

/** What a process beside the cluster is started with. */
export interface ProcessOptions {
  readonly name: string
  /** A program below `faults/src`. */
  readonly program: string
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Where its output is kept, as `<name>.log`. */
  readonly folder: string
}

/** What such a process tells. */
export interface ProcessMessage {
  readonly kind: 'ready' | 'done' | 'listening'
  readonly url?: string
}

/** A process beside the cluster. Disposing of it kills what still runs. */
export interface RunProcess extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  /** What it has written to standard output and error. */
  output(): string
  /** Resolves when it is gone; `null` after a signal. */
  readonly exited: Promise<number | null>
  /** The next message of this kind that nobody has taken yet. Throws `process-not-ready` where the process ends before. */
  told(kind: ProcessMessage['kind'], withinMilliseconds: number): Promise<ProcessMessage>
  send(message: object): void
  signal(signal: NodeJS.Signals): void
  /** Waits until its output holds this text. Throws `process-not-ready`. */
  untilSays(text: string, withinMilliseconds: number): Promise<void>
}

/** Starts a process. */
export function startProcess({ name, program, words, environment, folder }: ProcessOptions): RunProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', program), ...words], {
    env: {
      ...process.env,
      ...environment,
      SAMSPILL_HTTP_PORT: '0',
      SAMSPILL_LOG_LEVEL: 'info',
      // All of them strip the types of the same files: once is enough.
      NODE_COMPILE_CACHE: join(tmpdir(), 'samspill-faults-compile-cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const file = createWriteStream(join(folder, `${name}.log`), { flags: 'a' })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      file.write(bytes)
    })
  }
  const messages: ProcessMessage[] = []
  child.on('message', (message) => messages.push(message as ProcessMessage))
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      file.end()
      resolve(code)
    })
  })
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null
  const until = async <Found>(look: () => Found | undefined, what: string, within: number): Promise<Found> => {
    for (const deadline = Date.now() + within; ; await wait(20)) {
      const found = look()
      if (found !== undefined) return found
      if (isGone() || Date.now() > deadline) {
        const how = isGone() ? 'ended' : `took more than ${within} ms`
        throw new HubError(
          'process-not-ready',
          `the process ${name} ${how} before "${what}"; its last words: ${said.slice(-600).trim()}`,
        )
      }
    }
  }
  return {
    name,
    pid: child.pid ?? 0,
    output: () => said,
    exited,
    told: (kind, within) =>
      until(
        () => {
          const at = messages.findIndex((message) => message.kind === kind)
          return at < 0 ? undefined : messages.splice(at, 1)[0]
        },
        kind,
        within,
      ),
    send: (message) => void child.send(message),
    signal: (signal) => void child.kill(signal),
    untilSays: async (text, within) => void (await until(() => said.includes(text) || undefined, text, within)),
    async [Symbol.asyncDispose]() {
      if (isGone()) return
      child.kill('SIGKILL')
      await exited
    },
  }
}
