import { InvalidArgumentError, type Command } from 'commander'
import { addResponsibility, responsibilityOf, type ResponsibilityOptions } from '../operators/responsibility.ts'
import type { Terminal } from '../terminal.ts'
import { resume } from './resume.ts'

/** Adds `samspill resume`: a person's word for a partition that stands still. */
export function addResumeCommand(
  program: Command,
  stack: () => string,
  terminal: Terminal,
  setExitCode: (code: 0 | 1) => void,
): void {
  const command = program
    .command('resume')
    .description(
      'let a partition go on behind records that have expired or cannot be unpacked; says how many, and asks',
    )
    .argument('<service>', 'the service that stands still there, e.g. wage-compensation')
    .argument('<topic>', 'e.g. nav.layoffs')
    .argument('<partition>', 'its number', partitionNumber)
    .option('--yes', 'do not ask')
  addResponsibility(command, 'needed')
    .option('--json', 'print one JSON object, for scripts')
    .addHelpText('after', help)
    .action(async (service: string, topic: string, partition: number, options: ResumeCommandOptions) => {
      const responsibility = responsibilityOf(command, options)
      const wanted = { stack: stack(), service, topic, partition, responsibility, yes: options.yes === true }
      setExitCode((await resume({ ...wanted, json: options.json === true }, terminal)) ? 0 : 1)
    })
}

type ResumeCommandOptions = ResponsibilityOptions & { readonly yes?: true; readonly json?: true }

function partitionNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Write the number of a partition, 0 or more, as `samspill status` shows it.')
}

const help = `
What is given up is never handled by this service; other services are not touched. \`samspill status\` shows which partitions
stand still, and why. What can be handled later goes on by itself, and needs no such word.

Example:
  $ samspill resume wage-compensation nav.layoffs 0 --reason "NAV sends the layoffs of that week again"`
