import { InvalidArgumentError, type Command } from 'commander'
import { addResponsibility, responsibilityOf, type ResponsibilityOptions } from '../operators/responsibility.ts'
import type { Terminal } from '../terminal.ts'
import { printActions } from './action-log.ts'
import { discardDead } from './discard.ts'
import { dryRun } from './dry-run.ts'
import { discardHelp, listHelp, logHelp, redriveHelp, showHelp } from './help.ts'
import { listDead } from './list.ts'
import { redriveDead } from './redrive.ts'
import { addFilters, letterId, letterIds, selectionOf, type FilterOptions, type LetterId } from './selection.ts'
import { showDead } from './show.ts'

interface Json {
  readonly json?: true
}

const json = ['--json', 'print one JSON object, for scripts'] as const
const serviceArgument = ['<service>', 'whose dead letters, e.g. wage-compensation'] as const
const idsArgument = '[ids...]'
const idsText = 'which of them, as the list shows them; without ids, all that the filters fit'

/** Adds `samspill dead …`: events that wait for a person. */
export function addDeadCommands(
  program: Command,
  stack: () => string,
  terminal: Terminal,
  setExitCode: (code: 0 | 1) => void,
): void {
  const now = Date.now
  const dead = program
    .command('dead')
    .description('look at events that wait for a person, and decide what becomes of them')

  addFilters(
    dead
      .command('list')
      .description('list dead letters, events that the brokers refuse, and partitions that stand still')
      .argument('[service]', 'of this service only'),
    now,
  )
    .option('--retrying', 'also those that are tried again by themselves')
    .option('--limit <number>', 'at most so many of each kind and service', wholeNumber, 50)
    .option(...json)
    .addHelpText('after', listHelp)
    .action(
      async (
        service: string | undefined,
        options: Json & FilterOptions & { readonly retrying?: true; readonly limit: number },
      ) => {
        const wanted = { ...options, stack: stack(), service, retrying: options.retrying === true, now }
        await listDead({ ...wanted, json: options.json === true }, terminal)
      },
    )

  const show = dead
    .command('show')
    .description(
      'show one of them: where it was read, why it failed, what waits behind it; its data only with a reason',
    )
    .argument(...serviceArgument)
    .argument('<id>', 'which, as the list shows it', letterId)
    .option('--reveal', 'also the record: key, headers and data; needs --reason')
  addResponsibility(show, 'needed with --reveal')
    .option(...json)
    .addHelpText('after', showHelp)
    .action(
      async (service: string, letter: LetterId, options: Json & ResponsibilityOptions & { readonly reveal?: true }) => {
        const reveal = options.reveal === true ? responsibilityOf(show, options) : undefined
        await showDead({ stack: stack(), service, letter, reveal, json: options.json === true, now }, terminal)
      },
    )

  const redrive = addFilters(
    dead
      .command('redrive')
      .description('let dead letters run again, in order per subject; with --dry-run say what would happen')
      .argument(...serviceArgument)
      .argument(idsArgument, idsText, letterIds),
    now,
  )
    .option('--dry-run', 'run the handlers, roll back what they did, and say which events would pass')
    .option('--rate <number>', 'so many subjects a second, instead of all at once', perSecond)
    .option('--no-wait', 'do not wait for what becomes of them')
  addResponsibility(redrive, 'not needed with --dry-run')
    .option(...json)
    .addHelpText('after', redriveHelp)
    .action(async (service: string, ids: readonly LetterId[], options: RedriveCommandOptions) => {
      const selection = selectionOf(ids, options)
      const common = { stack: stack(), service, selection, json: options.json === true }
      if (options.dryRun === true) {
        refuseOutboxIds(redrive, ids)
        const { by } = responsibilityOf(redrive, { ...options, reason: 'dry run' })
        setExitCode((await dryRun({ ...common, by }, terminal)) ? 0 : 1)
        return
      }
      const responsibility = responsibilityOf(redrive, options)
      const wanted = { ...common, responsibility, perSecond: options.rate, wait: options.wait, patience: 30_000 }
      setExitCode((await redriveDead(wanted, terminal)) ? 0 : 1)
    })

  const discard = addFilters(
    dead
      .command('discard')
      .description('give dead letters up for good; asks first, and keeps the reason')
      .argument(...serviceArgument)
      .argument(idsArgument, 'which of them, as the list shows them', letterIds),
    now,
  )
    .option('--all', 'every dead letter of the service, where no id and no filter says which')
    .option('--yes', 'do not ask')
  addResponsibility(discard, 'needed')
    .option(...json)
    .addHelpText('after', discardHelp)
    .action(async (service: string, ids: readonly LetterId[], options: DiscardCommandOptions) => {
      const selection = selectionOf(ids, options)
      if (selection.all && options.all !== true) {
        discard.error('error: say which: ids, --stream, --code, --from or --to; or --all for every one')
      }
      const responsibility = responsibilityOf(discard, options)
      const wanted = { stack: stack(), service, selection, responsibility, yes: options.yes === true, now }
      setExitCode((await discardDead({ ...wanted, json: options.json === true }, terminal)) ? 0 : 1)
    })

  dead
    .command('log')
    .description('show who has redriven, discarded, revealed or resumed what, when and why; nobody can change it')
    .argument('[service]', 'of this service only')
    .option('--limit <number>', 'at most so many, the newest first', wholeNumber, 50)
    .option(...json)
    .addHelpText('after', logHelp)
    .action(async (service: string | undefined, options: Json & { readonly limit: number }) => {
      await printActions({ stack: stack(), service, limit: options.limit, json: options.json === true }, terminal)
    })
}

type RedriveCommandOptions = Json &
  FilterOptions &
  ResponsibilityOptions & { readonly dryRun?: true; readonly rate?: number; readonly wait: boolean }

type DiscardCommandOptions = Json & FilterOptions & ResponsibilityOptions & { readonly all?: true; readonly yes?: true }

function refuseOutboxIds(command: Command, ids: readonly LetterId[]): void {
  if (ids.every(({ kind }) => kind === 'parked')) return
  command.error('error: what the brokers refuse cannot be tried dry, as they would keep it: leave the outbox ids out')
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Write a whole number from 1 to 999999.')
}

function perSecond(text: string): number {
  const number = Number(text.replace(/\/s$/, ''))
  if (number >= 0.001 && number <= 1_000_000) return number
  throw new InvalidArgumentError('Write a number from 0.001 to 1000000, e.g. 5, 5/s or 0.5.')
}
