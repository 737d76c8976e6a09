import { CommanderError } from 'commander'
import { reportOf, textOf } from './failure.ts'
import { createProgram } from './program.ts'
import { processTerminal } from './terminal.ts'

const terminal = processTerminal()
const wantsJson = process.argv.includes('--json')
// The launcher holds the other end: when it is killed, nobody is left who could stop us.
process.channel?.unref()
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))

try {
  await createProgram(terminal, (code) => (process.exitCode = code)).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has written its sentence for people already.
    process.exitCode = error.exitCode === 0 ? 0 : 2
    if (process.exitCode === 2 && wantsJson) {
      terminal.print(JSON.stringify({ error: { code: 'usage', message: error.message } }))
    }
  } else {
    if (wantsJson) terminal.print(JSON.stringify(reportOf(error)))
    else terminal.note(`samspill: ${textOf(error)}`)
    process.exitCode = 1
  }
}
// A connection that could not be closed must not keep a command that is done.
setTimeout(() => process.exit(), 5_000).unref()
