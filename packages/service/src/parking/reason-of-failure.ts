import { HubError } from '@samspill/contracts'
import { outsideCode } from './failure-kind.ts'

/** The code and sentence that operators see of a failure; nothing of the data, whatever a handler's author wrote. */
export function reasonOf(error: unknown): { readonly code: string; readonly sentence: string } {
  if (error instanceof HubError) return { code: error.code, sentence: fitForOperators(error.message) }
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

/** One line, and no national number, whatever was written; PostgreSQL keeps no zero byte. */
function fitForOperators(message: string): string {
  const line = message.replaceAll(/\p{Cc}+/gu, ' ').replaceAll(/\d{6}[ .-]?\d{5}/g, '[number]')
  return line.length > longestSentence ? `${line.slice(0, longestSentence)}…` : line
}

const longestSentence = 500
