import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readStack } from '@samspill/local'
import type { NoteStreams } from '../kit/note-streams.ts'

/** A service in a process of its own. Disposing of it kills what still runs. */
export interface SpawnedService extends AsyncDisposable {
  readonly pid: number
  /** Sends the signal and waits until the process is gone; gives the exit code, or null after a kill. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** What it has written to standard output and error. */
  output(): string
}

/** Starts the echo service of these streams in a process of its own. */
export function spawnEchoService(service: string, streams: NoteStreams): SpawnedService {
  return spawnService('echo-process.ts', [service, streams.agency], streams)
}

/** Starts a ledger of these streams in a process of its own; `extra` is its rule, `strikes` a handler more. */
export function spawnLedger(
  service: string,
  streams: NoteStreams,
  { extra = 0, strikes = false }: { readonly extra?: number; readonly strikes?: boolean } = {},
): SpawnedService {
  const words = [service, streams.agency, String(extra), ...(strikes ? ['strikes'] : [])]
  return spawnService('ledger-process.ts', words, streams)
}

function spawnService(program: string, words: readonly string[], streams: NoteStreams): SpawnedService {
  const stack = readStack(process.env['SAMSPILL_STACK'])
  if (stack === undefined) throw new Error('no stack is up for this test: run it with `npm test`')
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...words], {
    env: {
      ...process.env,
      ...stack.environment,
      SAMSPILL_HTTP_PORT: '0',
      SAMSPILL_LOG_LEVEL: 'info',
      [`SAMSPILL_KEY_${streams.agency.toUpperCase()}`]: streams.secret.secret.export().toString('base64url'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  child.stdout.on('data', (data: Buffer) => lines.push(data.toString()))
  child.stderr.on('data', (data: Buffer) => lines.push(data.toString()))
  return {
    pid: child.pid ?? 0,
    end: (signal) => end(child, signal),
    output: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await end(child, 'SIGKILL')
    },
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}
