import { organisationChanged, organisationDeleted, organisationRegistered } from '@samspill/schemas'
import { defineFeed, type FeedDefinition, type PollContext } from '@samspill/service'
import {
  enhetsregisteretAt,
  type Description,
  type Enhetsregisteret,
  type From,
  type Update,
} from './enhetsregisteret.ts'
import { eventOf, type Announced } from './update-event.ts'

/** Where the register is, and how often it is asked. */
export interface RegisterSettings {
  /** `https://data.brreg.no/enhetsregisteret/api`; undefined leaves the feed idle. */
  readonly baseUrl: string | undefined
  /** The moment (RFC 3339) from which the very first poll reads; the moment of that poll unless told. */
  readonly from?: string | undefined
  readonly everyMilliseconds: number
  /** Updates per poll, at most 10,000. Each new organisation among them is looked up. */
  readonly pageSize: number
}

/**
 * Publishes what changed in Enhetsregisteret, in the order of its list of updates. A new organisation is described as
 * the register describes it when the feed reads the update; of one that is gone by then only the number is told, and
 * the update that says so follows.
 */
export function organisationRegister(settings: RegisterSettings): FeedDefinition {
  const register = settings.baseUrl === undefined ? undefined : enhetsregisteretAt(settings.baseUrl)
  let toldIdle = false
  return defineFeed({
    name: 'organisation-register',
    agency: 'brreg',
    publishes: [organisationRegistered, organisationChanged, organisationDeleted],
    every: settings.everyMilliseconds,
    poll: async ({ cursor, signal, log, now }) => {
      if (register === undefined) {
        if (!toldIdle) log.info('the feed is idle: SAMSPILL_ENHETSREGISTERET does not say where the register is')
        toldIdle = true
        return 'nothing-new'
      }
      const moment = settings.from ?? new Date(now()).toISOString()
      const from = cursor === undefined ? { moment } : fromCursor(cursor)
      const updates = await register.updates(from, settings.pageSize, signal)
      const last = updates.at(-1)
      // The first moment is kept even where nothing came, so that the next poll does not skip what came in between.
      if (last === undefined)
        return cursor === undefined ? { events: [], cursor: cursorOf({ moment }), more: false } : 'nothing-new'
      return {
        events: await eventsOf(updates, register, signal, log),
        cursor: cursorOf({ id: last.id + 1 }),
        more: updates.length >= settings.pageSize,
      }
    },
  })
}

async function eventsOf(
  updates: readonly Update[],
  register: Enhetsregisteret,
  signal: AbortSignal,
  log: PollContext['log'],
): Promise<readonly Announced[]> {
  const events: Announced[] = []
  let unknown = 0
  for (const update of updates) {
    const event = eventOf(update, await descriptionOf(update, register, signal))
    if (event === undefined) unknown++
    else events.push(event)
  }
  if (unknown > 0) log.warn('updates of an unknown endringstype were passed over', { count: unknown })
  return events
}

async function descriptionOf(
  update: Update,
  register: Enhetsregisteret,
  signal: AbortSignal,
): Promise<Description | undefined> {
  return update.kind === 'Ny' ? register.describe(update.organisationNumber, signal) : undefined
}

function cursorOf(from: From): string {
  return 'id' in from ? `id ${from.id}` : `moment ${from.moment}`
}

function fromCursor(cursor: string): From {
  const [kind, value = ''] = cursor.split(' ')
  return kind === 'id' ? { id: Number(value) } : { moment: value }
}
