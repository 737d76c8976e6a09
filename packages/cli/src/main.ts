import { CommanderError } from 'commander'
import { reportOf, textOf } from './failure.ts'
import { createProgram } from './program.ts'
import { processTerminal } from './terminal.ts'

const terminal = processTerminal()
try {
  await createProgram(terminal, (code) => (process.exitCode = code)).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has written its sentence already.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    if (process.argv.includes('--json')) terminal.print(JSON.stringify(reportOf(error)))
    else terminal.note(`samspill: ${textOf(error)}`)
    process.exitCode = 1
  }
}
