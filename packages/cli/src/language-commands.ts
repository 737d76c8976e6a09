import type { Command } from 'commander'
import { checkSchemas } from './schemas/check.ts'
import { generateCode, registerSchemas } from './schemas/commands.ts'
import { applyStreams, planStreams } from './streams/commands.ts'
import type { Terminal } from './terminal.ts'

interface Json {
  readonly json?: true
}

/** Adds `samspill schemas …`: the published language, checked, registered, generated. */
export function addSchemaCommands(
  program: Command,
  stack: () => string,
  terminal: Terminal,
  setExitCode: (code: 0 | 1) => void,
): void {
  const schemas = program.command('schemas').description('check, register and generate from the published language')
  schemas
    .command('check')
    .description('say what registration would do: rules, compatibility with earlier versions, fresh generated code')
    .option(
      '--against <commit or registry>',
      'what to compare with: a git branch, tag or commit, or "registry"; without it the registry, where one runs',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', checkHelp)
    .action(async ({ json, against }: Json & { readonly against?: string }) => {
      setExitCode((await checkSchemas({ stack: stack(), json: json === true, against }, terminal)) ? 0 : 1)
    })
  schemas
    .command('register')
    .description('register new and changed schemas; all or nothing')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: Json) => await registerSchemas({ stack: stack(), json: json === true }, terminal))
  schemas
    .command('generate')
    .description('write the TypeScript of the schemas to schemas/src')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: Json) => await generateCode({ json: json === true }, terminal))
}

const checkHelp = `
Exit code 1 where something does not fit. Compared with a commit, also what a stream fixes for ever (partitions,
subject, keys) is looked at, and what is gone; compared with the registry, all registered versions count.

Examples:
  $ samspill schemas check --against origin/main    in CI, before a change is merged
  $ samspill schemas check --against registry       before it is registered`

/** Adds `samspill streams …`: topics as data. */
export function addStreamCommands(
  program: Command,
  stack: () => string,
  terminal: Terminal,
  setExitCode: (code: 0 | 1) => void,
): void {
  const streams = program.command('streams').description('make the topics what stream.yaml says')
  const shrink = ['--shrink', 'also make changes that keep less than now, such as a shorter retention'] as const
  streams
    .command('plan')
    .description('show what differs; change nothing')
    .option(...shrink)
    .option('--json', 'print one JSON object')
    .action(async (options: Json & { readonly shrink?: true }) => {
      const wanted = { stack: stack(), json: options.json === true, shrink: options.shrink === true }
      setExitCode((await planStreams(wanted, terminal)) ? 0 : 1)
    })
  streams
    .command('apply')
    .description('create topics and change settings; never delete, never change the number of partitions')
    .option(...shrink)
    .option('--json', 'print one JSON object')
    .action(async (options: Json & { readonly shrink?: true }) => {
      await applyStreams({ stack: stack(), json: options.json === true, shrink: options.shrink === true }, terminal)
    })
}
