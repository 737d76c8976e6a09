import { CommanderError, type Command } from 'commander'
import { createProgram } from '../../src/program.ts'
import { fakeTerminal } from '../fake-terminal.ts'

/** The page with the help texts of every command, as `--help` prints them. */
export async function cliPage(): Promise<string> {
  const paths = [[], ...pathsOf(createProgram(fakeTerminal(), () => undefined))]
  const sections = await Promise.all(
    paths.map(async (path) => `## ${['samspill', ...path].join(' ')}\n\n\`\`\`\n${await helpOf(path)}\n\`\`\``),
  )
  return `${[
    '# The command',
    'What `npx samspill <command> --help` prints; a test keeps it fresh. With `--json` a failure is one object too:\n`{"error": {"code", "message"}}`, with the codes of [errors](errors.md).',
    ...sections,
  ].join('\n\n')}\n`
}

function pathsOf(command: Command): readonly (readonly string[])[] {
  return command.commands.flatMap((child) => [[child.name()], ...pathsOf(child).map((path) => [child.name(), ...path])])
}

async function helpOf(path: readonly string[]): Promise<string> {
  const terminal = fakeTerminal()
  try {
    await createProgram(terminal, () => undefined).parseAsync([...path, '--help'], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
  }
  return [...terminal.printed, ...terminal.noted].join('\n').trim()
}
