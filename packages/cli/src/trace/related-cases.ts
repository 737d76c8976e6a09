import { caseOf, stepsOf, type Case } from './case-tree.ts'
import type { JaegerApi, JaegerTrace } from './jaeger-api.ts'

/** A chain of corrections is seldom longer; what is asked of Jaeger stays bounded. */
const longestChain = 100

/**
 * Finds the cases that an event belongs to, with those that were corrected by one of their events and those that corrected
 * one: the whole chain, oldest first. None where Jaeger knows no span about the event.
 */
export async function casesOfEvent(
  eventId: string,
  api: Pick<JaegerApi, 'tracesOfEvent' | 'tracesOfCorrections'>,
): Promise<readonly Case[]> {
  const found = new Map<string, JaegerTrace>()
  const asked = new Set<string>()
  let news = await api.tracesOfEvent(eventId)
  for (let round = 0; news.length > 0 && round < longestChain; round++) {
    for (const trace of news) found.set(trace.traceID, trace)
    const related = await Promise.all(news.map((trace) => relatedTo(caseOf(trace), asked, api)))
    news = related.flat().filter((trace) => !found.has(trace.traceID))
  }
  const startOf = (trace: JaegerTrace): number => Math.min(...trace.spans.map(({ startTime }) => startTime))
  return Array.from(found.values())
    .toSorted((one, other) => startOf(one) - startOf(other))
    .map(caseOf)
}

async function relatedTo(
  about: Case,
  asked: Set<string>,
  api: Pick<JaegerApi, 'tracesOfEvent' | 'tracesOfCorrections'>,
): Promise<readonly JaegerTrace[]> {
  const steps = stepsOf(about)
  const events = fresh(
    steps.map((step) => step.eventId),
    'corrections of',
    asked,
  )
  const corrected = fresh(
    steps.map((step) => step.corrects),
    'event',
    asked,
  )
  const traces = await Promise.all([...events.map(api.tracesOfCorrections), ...corrected.map(api.tracesOfEvent)])
  return traces.flat()
}

/** Those that nobody has asked about yet, each once. */
function fresh(ids: readonly (string | undefined)[], question: string, asked: Set<string>): readonly string[] {
  return [...new Set(ids)].filter((id): id is string => {
    if (id === undefined || asked.has(`${question} ${id}`)) return false
    asked.add(`${question} ${id}`)
    return true
  })
}
