import { HubError } from '@samspill/contracts'
import { requireStack } from '../running-stack.ts'
import type { Terminal } from '../terminal.ts'
import { casesText } from '../trace/case-text.ts'
import { jaegerApi } from '../trace/jaeger-api.ts'
import { casesOfEvent } from '../trace/related-cases.ts'

/** Shows the case an event belongs to, and the cases that it corrects or that correct it. Throws `event-not-found`, `no-traces`, `jaeger-unavailable`. */
export async function trace(
  options: { readonly stack: string; readonly eventId: string; readonly json: boolean },
  terminal: Terminal,
): Promise<void> {
  const { jaeger } = await requireStack(options.stack, [])
  if (jaeger === undefined) {
    throw new HubError('no-traces', 'this stack runs without Jaeger, so there are no traces: see `samspill status`')
  }
  const api = jaegerApi(jaeger)
  const cases = await casesOfEvent(options.eventId, api)
  if (cases.length === 0) {
    const services = await api.services()
    throw new HubError(
      'event-not-found',
      `no span about event ${options.eventId} was found in Jaeger at ${jaeger}, among the traces of ` +
        `${namesOf(services)} in the last 7 days: check the id (the ce_id of the event), and that the stack was not ` +
        'restarted since, as traces are kept in memory',
    )
  }
  if (options.json) terminal.print(JSON.stringify({ eventId: options.eventId, cases }))
  else terminal.print(casesText(cases, options.eventId, terminal))
}

function namesOf(services: readonly string[]): string {
  if (services.length === 0) return 'no service at all'
  const [shown, rest] = [services.toSorted().slice(0, 8), services.length - 8]
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}
