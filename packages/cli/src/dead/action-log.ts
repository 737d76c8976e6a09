import { openDatabase, readActions, type OperatorAction } from '@samspill/postgres'
import { momentText } from '../operators/moment.ts'
import { databaseOf, requireKnown, serviceSchemas } from '../operators/service-schemas.ts'
import { quietLog } from '../quiet-log.ts'
import { table, type Terminal } from '../terminal.ts'

/** What was done with the events of a service. */
type LoggedAction = OperatorAction & { readonly service: string }

/** Prints what operators have done, newest first: who, when, why. Throws `service-unknown`. */
export async function printActions(
  options: {
    readonly stack: string
    readonly service: string | undefined
    readonly limit: number
    readonly json: boolean
  },
  terminal: Terminal,
): Promise<void> {
  const url = await databaseOf(options.stack)
  const log = quietLog(terminal)
  await using database = openDatabase({ url, maxConnections: 1, log })
  const known = await serviceSchemas(database)
  if (options.service !== undefined) requireKnown(options.service, known)
  const actions: LoggedAction[] = []
  for (const service of options.service === undefined ? known : [options.service]) {
    await using own = openDatabase({ url, schema: service, maxConnections: 1, log })
    actions.push(...(await readActions(own, options.limit)).map((action) => ({ service, ...action })))
  }
  const newest = actions.toSorted((one, other) => other.at.getTime() - one.at.getTime()).slice(0, options.limit)
  terminal.print(options.json ? JSON.stringify({ actions: newest }) : actionsText(newest))
}

/** What was done, one line each. */
export function actionsText(actions: readonly LoggedAction[]): string {
  if (actions.length === 0) return 'Nobody has redriven, discarded, revealed or resumed anything.'
  const rows = actions.map((action) => [
    momentText(action.at),
    action.by,
    action.service,
    action.action,
    whatText(action),
    action.reason,
  ])
  return table([['when (UTC)', 'who', 'service', 'what', 'which', 'why'], ...rows])
}

/** What an action was about; its whole detail stands in `--json`. */
function whatText({ action, what }: OperatorAction): string {
  const value = (name: string): string => String((what[name] as string | number | undefined) ?? '?')
  switch (action) {
    case 'redrive':
      if (what['deadLetters'] === undefined) return `${value('outboxRows')} of the outbox`
      return `${value('deadLetters')} dead, ${value('events')} with those behind`
    case 'discard':
      return `${listText(what)}${what['outboxRows'] === undefined ? '' : ' of the outbox'}`
    case 'reveal':
      return `${value('id')}${what['eventId'] === undefined ? '' : `, event ${value('eventId')}`}`
    case 'resume':
      return `${value('topic')} ${value('partition')}, ${value('from')} to ${value('to')}: ${value('lost')} lost`
    default:
      return Object.entries(what)
        .filter(([, each]) => typeof each !== 'object')
        .map(([name, each]) => `${name} ${String(each as string | number)}`)
        .join(', ')
  }
}

function listText({ events, deadLetters, outboxRows }: Readonly<Record<string, unknown>>): string {
  const ids = (events as readonly { readonly id: number; readonly eventId: string | null }[] | undefined) ?? []
  const shown = ids.slice(0, 3).map(({ id, eventId }) => (eventId === null ? String(id) : `${id} (${eventId})`))
  const count = Number(deadLetters ?? outboxRows ?? 0)
  return `${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`
}
