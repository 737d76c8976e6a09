import { Command, InvalidArgumentError } from 'commander'
import { defaultStackName, stopStack } from '@samspill/local'
import { addSchemaCommands, addStreamCommands } from './language-commands.ts'
import { status } from './commands/status.ts'
import { up } from './commands/up.ts'
import type { Terminal } from './terminal.ts'

/** Makes the `samspill` command; `setExitCode` hears of a result that is no error but not good either. */
export function createProgram(terminal: Terminal, setExitCode: (code: 0 | 1) => void): Command {
  const program = new Command('samspill')
    .description(
      'An event-driven integration hub for coherent cross-agency services: the stack, its schemas, its cases.',
    )
    .option('--stack <name>', 'which stack, where several run side by side', stackName, defaultStackName)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
  const stack = (): string => program.opts<{ readonly stack: string }>().stack

  program
    .command('up')
    .description('start PostgreSQL, Kafka, the schema registry, Jaeger and the services')
    .option('--without-services', 'start only the parts that the services need')
    .option('--json', 'print one JSON object and no progress')
    .action(async (options: { readonly withoutServices?: true; readonly json?: true }) => {
      await up({ stack: stack(), services: !options.withoutServices, json: options.json === true }, terminal)
    })

  program
    .command('down')
    .description('stop everything; data stays')
    .option('--json', 'print one JSON object')
    .action(async (options: { readonly json?: true }) => {
      const stopped = await stopStack(stack())
      if (options.json) terminal.print(JSON.stringify({ stopped }))
      else
        terminal.print(
          stopped ? 'The stack is down; its data stays for the next `samspill up`.' : 'Nothing was running.',
        )
    })

  program
    .command('status')
    .description('show how each part is doing')
    .option('--json', 'print one JSON object')
    .action(async (options: { readonly json?: true }) => {
      setExitCode((await status({ stack: stack(), json: options.json === true }, terminal)) ? 0 : 1)
    })

  addSchemaCommands(program, stack, terminal, setExitCode)
  addStreamCommands(program, stack, terminal, setExitCode)
  return program
}

function stackName(text: string): string {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(text)) return text
  throw new InvalidArgumentError('write small letters, digits and hyphens, starting with a letter.')
}
