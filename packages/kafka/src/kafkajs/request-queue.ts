import { createRequire } from 'node:module'

interface RequestQueue {
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  readonly pending: readonly unknown[]
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

const rested = Symbol.for('samspill.kafkajs.request-queues-rest')

/**
 * Stops kafkajs' request queues from looking for work every millisecond: with nothing pending they set a timer with a
 * negative delay, for ever, which costs a twentieth of a core and a TimeoutNegativeWarning. Changes kafkajs for the
 * whole process, once; what a queue does when something is pending stays as it was.
 */
export function restRequestQueues(): void {
  const RequestQueues = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { [rested]?: true }
  }
  const prototype = RequestQueues.prototype
  if (prototype[rested]) return
  prototype[rested] = true
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    const throttled = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttled > 0 ? throttled : 10,
    )
  }
}
