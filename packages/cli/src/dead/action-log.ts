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
  const rows = actions.map(({ at, by, service, action, what, reason }) => [
    momentText(at),
    by,
    service,
    action,
    whatText(what),
    reason,
  ])
  return table([['when (UTC)', 'who', 'service', 'what', 'which', 'why'], ...rows])
}

function whatText(what: Readonly<Record<string, unknown>>): string {
  return Object.entries(what)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${String(value as string | number)}`)
    .join(', ')
}
