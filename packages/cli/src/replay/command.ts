import type { Command } from 'commander'
import { momentOf } from '../operators/moment.ts'
import { addResponsibility, responsibilityOf, type ResponsibilityOptions } from '../operators/responsibility.ts'
import type { Terminal } from '../terminal.ts'
import { rebuildService } from './rebuild.ts'
import { replayMissed } from './missed.ts'

interface ReplayCommandOptions extends ResponsibilityOptions {
  readonly missed?: true
  readonly rebuild?: true
  readonly from?: Date
  readonly dryRun?: true
  readonly publishDifferences?: true
  readonly json?: true
}

/** Adds `samspill replay`: a service reads history again. */
export function addReplayCommand(
  program: Command,
  stack: () => string,
  terminal: Terminal,
  setExitCode: (code: 0 | 1) => void,
): void {
  const replay = program
    .command('replay')
    .description('let a running service read history again: what it has missed, or all of it to build its tables anew')
    .argument('<service>', 'which service, e.g. wage-compensation')
    .option('--missed', 'handle what it has passed over, as it had no handler for it then; needs --from')
    .option('--from <moment>', 'with --missed: look at what was written from then on, e.g. 2026-11-01 or 30d', (text) =>
      momentOf(text, Date.now()),
    )
    .option('--rebuild', 'build its own tables anew from all that it has handled, and compare what it returns')
    .option('--publish-differences', 'with --rebuild: send corrections where what it returns now differs')
    .option('--dry-run', 'change nothing, send nothing, and say what would be')
  addResponsibility(replay, 'not needed with --dry-run')
    .option('--json', 'print one JSON object, for scripts')
    .addHelpText('after', replayHelp)
    .action(async (service: string, options: ReplayCommandOptions) => {
      requireOneKind(replay, options)
      const dryRun = options.dryRun === true
      const responsibility = responsibilityOf(replay, dryRun ? { ...options, reason: 'dry run' } : options)
      const common = { stack: stack(), service, dryRun, responsibility, json: options.json === true }
      const good =
        options.from === undefined
          ? await rebuildService({ ...common, publishDifferences: options.publishDifferences === true }, terminal)
          : await replayMissed({ ...common, from: options.from }, terminal)
      setExitCode(good ? 0 : 1)
    })
}

function requireOneKind(command: Command, options: ReplayCommandOptions): void {
  const { missed, rebuild, from, publishDifferences } = options
  if (missed === rebuild) command.error('error: say which replay: either --missed or --rebuild')
  if (missed === true && from === undefined) {
    command.error('error: say with --from <moment> from when on the service may have missed something')
  }
  if (from !== undefined && from.getTime() > Date.now()) {
    command.error('error: --from lies in the future: nothing can have been missed since then')
  }
  if (rebuild === true && from !== undefined) {
    command.error('error: a rebuild begins at the first event that was handled: leave --from out')
  }
  if (missed === true && publishDifferences === true) {
    command.error('error: --publish-differences goes with --rebuild; what missed events lead to is always sent')
  }
}

const replayHelp = `
What a replay leads to is marked: events carry ce_replay, and handlers see context.replay. The service must be running; it goes
on with its work meanwhile. A replay may be stopped at any moment and begun again.

--missed leaves alone what the service has handled, parked or discarded. --rebuild compares what the handlers return now with
what was sent: what is equal is not sent again, what differs is listed by the names of the fields, and sent only with
--publish-differences, as new events that correct the old. Exit code 1: something was parked, or differs and was not sent.

Examples:
  $ samspill replay wage-compensation --missed --from 2026-11-01 --dry-run
  $ samspill replay wage-compensation --missed --from 30d --reason "handles layoffs that end early since 1.5"
  $ samspill replay wage-compensation --rebuild --dry-run
  $ samspill replay wage-compensation --rebuild --publish-differences --reason "the rate of March was wrong"`
