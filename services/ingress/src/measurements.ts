import type { Metrics } from '@samspill/telemetry'
import type { EventResult } from './event-result.ts'

/** What ingress counts and times. No label has more values than there are event types and codes. */
export interface Measurements {
  /** `eventType` is undefined where the event names none that is known. */
  event(result: EventResult, eventType: string | undefined): void
  /** A request that was refused as a whole. */
  refusedRequest(code: string): void
  request(status: number, seconds: number): void
}

/** Registers the metrics of ingress. `inFlight` tells how many events wait for the brokers. */
export function createMeasurements(metrics: Metrics, inFlight: () => number): Measurements {
  const accepted = metrics.counter('samspill_ingress_accepted_total', 'Events acknowledged by all in-sync replicas', [
    'event_type',
  ])
  const refused = metrics.counter('samspill_ingress_refused_total', 'Events that were not published, by reason', [
    'event_type',
    'reason',
  ])
  const unknown = metrics.counter('samspill_ingress_unknown_total', 'Events that may have been published', [
    'event_type',
  ])
  const requests = metrics.counter(
    'samspill_ingress_refused_requests_total',
    'Requests refused as a whole, by reason',
    ['reason'],
  )
  const seconds = metrics.histogram('samspill_ingress_request_seconds', 'From request to answer', ['status'])
  metrics.gauge('samspill_ingress_in_flight', 'Events that wait for the brokers', [], (gauge) => gauge.set(inFlight()))
  // Finding a labelled counter takes longer than counting: once a request is enough.
  const acceptedNow = new Map<string, number>()
  return {
    event(result, eventType = 'unknown') {
      if (result.status === 'accepted') acceptedNow.set(eventType, (acceptedNow.get(eventType) ?? 0) + 1)
      else if (result.status === 'unknown') unknown.add({ event_type: eventType })
      else refused.add({ event_type: eventType, reason: result.problem.code })
    },
    refusedRequest(code) {
      requests.add({ reason: code })
    },
    request(status, elapsed) {
      for (const [type, count] of acceptedNow) accepted.add({ event_type: type }, count)
      acceptedNow.clear()
      seconds.observe(elapsed, { status })
    },
  }
}
