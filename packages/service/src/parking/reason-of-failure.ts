import { HubError } from '@samspill/contracts'
import { outsideCode } from './failure-kind.ts'

/** The code and sentence that operators see of a failure; nothing of the data, whatever a handler's author wrote. */
export function reasonOf(error: unknown): { readonly code: string; readonly sentence: string } {
  if (error instanceof HubError) return { code: error.code, sentence: error.message.replaceAll(/\d{11}/g, '[number]') }
  const outside = outsideCode(error)
  if (outside !== undefined) {
    return {
      code: 'outside-unavailable',
      sentence: `the handler could not reach something outside the service: ${outside}`,
    }
  }
  const name = error instanceof Error ? error.constructor.name : typeof error
  return { code: 'handler-failed', sentence: `the handler threw ${name}; the service's log has more` }
}
