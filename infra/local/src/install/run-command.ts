import { spawn } from 'node:child_process'
import { HubError } from '@samspill/contracts'

/** What a command printed. */
export interface CommandOutput {
  readonly stdout: string
  readonly stderr: string
}

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
  /** Written to the command's standard input. */
  readonly input?: string
  /** Ends the command, and with it the promise. */
  readonly signal?: AbortSignal
}

/** Runs a command to its end. Throws `command-missing` where there is none, `command-failed` with its last lines. */
export function runCommand(
  file: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const { input = '', ...spawnOptions } = options
    const child = spawn(file, parameters, { ...spawnOptions, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    // A command that does not read its input closes the pipe; its exit code says whether that mattered.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT'
      const code = missing ? 'command-missing' : 'command-failed'
      reject(
        new HubError(code, `cannot run ${file}: ${missing ? 'it was not found' : error.message}`, { cause: error }),
      )
    })
    child.once('close', (exitCode, signal) => {
      if (exitCode === 0) return resolve({ stdout, stderr })
      const lines = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n')
      reject(new HubError('command-failed', `${file} ended with ${signal ?? exitCode}:\n${lines}`))
    })
  })
}
