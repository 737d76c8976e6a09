import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'

/** What a command wrote and how it ended. */
export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export function runProgram(
  file: string,
  parameters: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(file, parameters, { cwd: cloneFolder, ...options }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })
}

/** Runs `samspill` on the stack of this test run. */
export function samspill(...words: readonly string[]): Promise<Outcome> {
  const stack = process.env['SAMSPILL_STACK'] ?? ''
  return runProgram(process.execPath, [join(cloneFolder, 'packages/cli/src/main.ts'), '--stack', stack, ...words])
}

/** A process that listens. Disposing of it tells it to stop and waits until it has. */
export interface ListeningProcess extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:18080`. */
  readonly url: string
}

/** Starts a service's main.ts on a free port, and waits until its log says where it listens. */
export async function startListening(main: string, env: NodeJS.ProcessEnv): Promise<ListeningProcess> {
  const child = spawn(process.execPath, [main], {
    env: { ...env, SAMSPILL_HTTP_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await Promise.race([
    addressIn(createInterface({ input: child.stdout })),
    exited.then(() => {
      throw new Error(`${main} ended before it listened`)
    }),
  ])
  child.stdout.resume()
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** A process that prints until it is told to stop. */
export interface PrintingProcess extends AsyncDisposable {
  output(): string
}

/** Starts a script; disposing of it ends it. */
export function startPrinting(
  script: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly flags: readonly string[] },
): PrintingProcess {
  const { cwd, env, flags } = options
  const child = spawn(process.execPath, [...flags, script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines: string[] = []
  child.stdout.on('data', (data: Buffer) => lines.push(data.toString()))
  return {
    output: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function addressIn(lines: NodeJS.EventEmitter): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line: string) => {
      const { address } = JSON.parse(line) as { readonly address?: string }
      if (address !== undefined) resolve(address)
    })
  })
}
