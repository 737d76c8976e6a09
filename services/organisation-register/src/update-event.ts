import {
  organisationChanged,
  organisationDeleted,
  organisationRegistered,
  type OrganisationFieldOperation,
} from '@samspill/schemas'
import type { Description, Update } from './enhetsregisteret.ts'

/** What this feed tells the others. */
export type Announced = ReturnType<
  typeof organisationChanged | typeof organisationDeleted | typeof organisationRegistered
>

/**
 * Makes the event of an update; undefined for a kind of update that nobody has told us of. `description` is what the
 * register says of a new organisation now, where it still does.
 */
export function eventOf(update: Update, description: Description | undefined): Announced | undefined {
  const about = {
    organisationNumber: update.organisationNumber,
    updateId: update.id,
    unit: 'MAIN_UNIT',
    changedAt: update.at,
  } as const
  switch (update.kind) {
    case 'Ny':
      return organisationRegistered({ ...about, ...(description ?? notDescribed) })
    case 'Endring':
    case 'Ukjent':
      return organisationChanged({
        ...about,
        changes: update.changes.map(({ op, path, value }) => ({
          operation: operations[op] ?? 'UNKNOWN',
          path,
          value: value === undefined ? null : JSON.stringify(value),
        })),
      })
    case 'Sletting':
      return organisationDeleted({ ...about, kind: 'DELETED' })
    case 'Fjernet':
      return organisationDeleted({ ...about, kind: 'REMOVED' })
    default:
      return undefined
  }
}

const notDescribed: Description = { name: null, form: null, parent: null, industryCode: null, municipality: null }

const operations: Readonly<Record<string, OrganisationFieldOperation>> = {
  add: 'ADD',
  replace: 'REPLACE',
  remove: 'REMOVE',
  move: 'MOVE',
  copy: 'COPY',
  test: 'TEST',
}
