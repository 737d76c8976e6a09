import { Command, InvalidArgumentError } from 'commander'
import { defaultStackName, stopStack, type BrokerCount } from '@samspill/local'
import { reset } from './commands/reset.ts'
import { status } from './commands/status.ts'
import { trace } from './commands/trace.ts'
import { up } from './commands/up.ts'
import { addDeadCommands } from './dead/commands.ts'
import { addDemoCommand } from './demo/command.ts'
import { addSchemaCommands, addStreamCommands } from './language-commands.ts'
import { addReplayCommand } from './replay/command.ts'
import { addResumeCommand } from './resume/command.ts'
import type { Terminal } from './terminal.ts'

interface Json {
  readonly json?: true
}

interface UpOptions {
  readonly withoutServices?: true
  readonly freePorts?: true
  readonly brokers?: BrokerCount
}

const json = ['--json', 'print one JSON object, for scripts'] as const

/** Makes the `samspill` command; `setExitCode` hears of a result that is no error but not good either. */
export function createProgram(terminal: Terminal, setExitCode: (code: 0 | 1) => void): Command {
  const program = new Command('samspill')
    .description(
      'An event-driven integration hub for coherent cross-agency services: its stack, its schemas, its cases.',
    )
    .option('--stack <name>', 'which stack, where several run side by side', stackName, defaultStackName)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .addHelpText('after', programHelp)
  const stack = (): string => program.opts<{ readonly stack: string }>().stack

  program
    .command('up')
    .description('start PostgreSQL, Kafka, the schema registry, Jaeger and the services')
    .option('--without-services', 'start only the parts that the services need')
    .option('--free-ports', 'use ports that nobody uses now, so that several stacks run side by side')
    .option(
      '--brokers <number>',
      'how many Kafka brokers: 1 or 3; a stack keeps its number (default: its own, 1 for a new stack)',
      brokerCount,
    )
    .option(...json)
    .addHelpText('after', upHelp)
    .action(async (options: Json & UpOptions) => {
      const { withoutServices, freePorts, brokers } = options
      const ports = freePorts ? 'free' : 'usual'
      const wanted = {
        stack: stack(),
        services: !withoutServices,
        ports,
        brokers,
        json: options.json === true,
      } as const
      await up(wanted, terminal)
    })

  program
    .command('down')
    .description('stop everything; data stays')
    .option(...json)
    .action(async (options: Json) => {
      const stopped = await stopStack(stack())
      if (options.json) terminal.print(JSON.stringify({ stopped }))
      else
        terminal.print(
          stopped ? 'The stack is down; its data stays for the next `samspill up`.' : 'Nothing was running.',
        )
    })

  program
    .command('status')
    .description(
      'show how each part is doing, where a service stands still and why, and what is parked; exit code 1 if anything ' +
        'is not well',
    )
    .option(...json)
    .action(async (options: Json) => {
      setExitCode((await status({ stack: stack(), json: options.json === true }, terminal)) ? 0 : 1)
    })

  program
    .command('reset')
    .description('stop everything and remove all data; asks first')
    .option('--yes', 'do not ask')
    .option(...json)
    .action(async (options: Json & { readonly yes?: true }) => {
      const wanted = { stack: stack(), yes: options.yes === true, json: options.json === true }
      setExitCode((await reset(wanted, terminal)) ? 0 : 1)
    })

  addSchemaCommands(program, stack, terminal, setExitCode)
  addStreamCommands(program, stack, terminal, setExitCode)

  program
    .command('trace')
    .description('show the case an event belongs to: what each service did, and when')
    .argument('<event id>', 'the id of any event of the case (ce_id)', eventIdOf)
    .option(...json)
    .addHelpText('after', '\nExample:\n  $ samspill trace 8c0e6f5e-2f4b-8a63-9d0c-0f6f1c9c8e11')
    .action(async (eventId: string, options: Json) => {
      await trace({ stack: stack(), eventId, json: options.json === true }, terminal)
    })

  addDeadCommands(program, stack, terminal, setExitCode)
  addReplayCommand(program, stack, terminal, setExitCode)
  addResumeCommand(program, stack, terminal, setExitCode)
  addDemoCommand(program, stack, terminal)
  return program
}

function eventIdOf(text: string): string {
  if (text.trim() !== '') return text.trim()
  throw new InvalidArgumentError('It is empty: write the id of an event.')
}

function stackName(text: string): string {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(text)) return text
  throw new InvalidArgumentError('Write small letters, digits and hyphens, starting with a letter.')
}

function brokerCount(text: string): BrokerCount {
  if (text === '1' || text === '3') return Number(text) as BrokerCount
  throw new InvalidArgumentError('Write 1 or 3: with two, the loss of one stops everything.')
}

const programHelp = `
Exit codes:
  0  it worked
  1  it failed, or something is not well; the sentence says what to do
  2  the command was written wrongly

Examples:
  $ samspill up                  start everything
  $ samspill status --json       for scripts
  $ samspill schemas check       before a schema is changed for others
  $ samspill trace <event id>    follow a case through all agencies
  $ samspill dead list           what waits for a person`

const upHelp = `
What runs already is left alone. Ports can be chosen: SAMSPILL_PORT_POSTGRES, SAMSPILL_PORT_KAFKA,
SAMSPILL_PORT_KAFKA_CONTROLLER, SAMSPILL_PORT_REGISTRY, SAMSPILL_PORT_JAEGER, SAMSPILL_PORT_OTLP, and
SAMSPILL_PORT_<SERVICE>. Downloads are kept in $XDG_CACHE_HOME/samspill (~/.cache/samspill), data in .samspill/.

Example:
  $ SAMSPILL_PORT_KAFKA=29092 samspill up --without-services
  $ samspill --stack three up --brokers 3 --free-ports`
