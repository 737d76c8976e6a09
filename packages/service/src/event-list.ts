import type { NewEvent } from '@samspill/contracts'
import type { Returned } from './subscription.ts'

/** What was given back or published, as a list: nothing, one event, or several. */
export function eventList(events: Returned): readonly NewEvent[] {
  if (events === undefined) return []
  return 'contract' in events ? [events] : events
}
