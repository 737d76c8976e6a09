import { InvalidArgumentError, Option, type Command } from 'commander'
import type { DeadLetterFilter } from '@samspill/postgres'
import { momentOf } from '../operators/moment.ts'

/** Which of a service's dead letters a command is about. */
export interface Selection {
  readonly filter: DeadLetterFilter
  /** Outbox rows that are named by id. */
  readonly outboxIds: readonly number[]
  /** True where neither ids nor filters say which: all are meant. */
  readonly all: boolean
}

/** The options that `addFilters` adds. */
export interface FilterOptions {
  readonly stream?: string
  readonly code?: string
  readonly from?: Date
  readonly to?: Date
}

/** Adds the options that narrow a list of dead letters. */
export function addFilters(command: Command, now: () => number): Command {
  const moment = (text: string): Date => momentOf(text, now())
  return command
    .option('--stream <name>', 'only of this stream, e.g. nav.layoffs', word)
    .option('--code <code>', 'only those that failed with this code, e.g. handler-failed', word)
    .addOption(new Option('--from <moment>', 'only those that failed then or later').argParser(moment))
    .addOption(new Option('--to <moment>', 'only those that failed earlier').argParser(moment))
    .hook('preAction', (written) => {
      const { from, to } = written.opts<FilterOptions>()
      if (from !== undefined && to !== undefined && from >= to) {
        written.error('error: nothing has failed from --from on and before --to: write the earlier moment as --from')
      }
    })
}

/** A script whose variable is empty means something else than all. */
function word(text: string): string {
  if (text.trim() !== '') return text.trim()
  throw new InvalidArgumentError('It is empty: write which, or leave the option out.')
}

/** An id as the list shows it: `17` is a parked event, `outbox-17` a row that the brokers refuse. */
export type LetterId = { readonly kind: 'parked' | 'outbox'; readonly id: number }

/** Reads an id. Refuses what the list never shows. */
export function letterId(text: string): LetterId {
  const found = /^(outbox-)?([1-9]\d{0,14})$/.exec(text)
  if (found === null) {
    throw new InvalidArgumentError('Write an id as `samspill dead list` shows it, e.g. 17 or outbox-17.')
  }
  return { kind: found[1] === undefined ? 'parked' : 'outbox', id: Number(found[2]) }
}

/** Reads one more of several ids. */
export function letterIds(text: string, before: readonly LetterId[] | undefined): readonly LetterId[] {
  return [...(before ?? []), letterId(text)]
}

/** Puts ids and filters together. Ids and filters narrow each other. */
export function selectionOf(ids: readonly LetterId[], options: FilterOptions): Selection {
  const { stream, code, from, to } = options
  const parked = ids.filter(({ kind }) => kind === 'parked').map(({ id }) => id)
  const outboxIds = ids.filter(({ kind }) => kind === 'outbox').map(({ id }) => id)
  const filter = {
    ...(ids.length === 0 ? {} : { ids: parked }),
    ...(stream === undefined ? {} : { stream }),
    ...(code === undefined ? {} : { code }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
  return { filter, outboxIds, all: Object.keys(filter).length === 0 }
}
