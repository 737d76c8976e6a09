import type { Metrics } from '@samspill/telemetry'
import { sendJson, sendText } from './answer.ts'
import type { Router } from './router.ts'

/** Why a service cannot do its work now. */
export interface NotReadyReason {
  /** Stable kebab-case name. */
  readonly code: string
  /** For a person: what is missing, and since when or what to do where that is known. Nothing personal. */
  readonly message: string
}

/** What operations asks of a service. */
export interface Operations {
  /** The reasons why it is not ready; none when it is. Asked on every request, so it answers from memory. */
  readonly notReady: () => readonly NotReadyReason[]
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
}

/** Adds `/health/live`, `/health/ready` (200, or 503 with the reasons) and `/metrics`. */
export function addOperations(router: Router, operations: Operations): void {
  router.route('/health/live', {
    get: (_request, response) => {
      sendJson(response, 200, { status: 'live' })
    },
  })
  router.route('/health/ready', {
    get: (_request, response) => {
      const reasons = operations.notReady()
      if (reasons.length === 0) sendJson(response, 200, { status: 'ready' })
      else sendJson(response, 503, { status: 'not-ready', reasons })
    },
  })
  router.route('/metrics', {
    get: async (_request, response) => {
      const text = await operations.metrics.text()
      sendText(response, 200, operations.metrics.contentType, text)
    },
  })
}
