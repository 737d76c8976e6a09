import { HubError } from '@samspill/contracts'
import type { Terminal } from '../terminal.ts'
import type { Selection } from './selection.ts'

/**
 * Tells which of the named ids a command has not taken, as the list shows them. Throws `letter-not-found` where it has taken
 * nothing at all: who names what is not there has mistyped, or comes too late.
 */
export function tellLeftOut(
  service: string,
  { filter, outboxIds }: Selection,
  taken: readonly string[],
  terminal: Pick<Terminal, 'note'>,
): void {
  const named = [...(filter.ids ?? []).map(String), ...outboxIds.map((id) => `outbox-${id}`)]
  const left = named.filter((id) => !taken.includes(id))
  if (left.length === 0) return
  const shown = left.length > 10 ? `${left.slice(0, 10).join(', ')} and ${left.length - 10} more` : left.join(', ')
  const sentence =
    `${shown}: nothing of ${service} with ${left.length === 1 ? 'this id' : 'these ids'} waits for a person (any more), ` +
    `or the filters leave it out: see \`samspill dead list ${service} --retrying\` and \`samspill dead log ${service}\``
  if (taken.length === 0) throw new HubError('letter-not-found', sentence)
  terminal.note(`Left out: ${sentence}.`)
}
