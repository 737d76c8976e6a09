import { nameOfEvent, type Counted, type Expectations, type SortedHistory } from './history-lines.ts'
import type { Violation } from './violation.ts'

/** What was acknowledged or committed is in the log; nothing else of an outbox is; no subject's order is turned round. */
export function checkLog(
  { acknowledged, written, logged }: Pick<SortedHistory, 'acknowledged' | 'written' | 'logged'>,
  { outboxSources }: Pick<Expectations, 'outboxSources'>,
): readonly Violation[] {
  const inLog = new Set(logged.map(nameOfEvent))
  const committed = new Set(written.map(nameOfEvent))
  const promised = new Map([...acknowledged, ...written].map((event) => [nameOfEvent(event), event]))
  const missing = Array.from(promised)
    .filter(([name]) => !inLog.has(name))
    .map(([name, event]): Violation => ({
      promise: 'missing',
      sentence: `${told(event)} was ${committed.has(name) ? 'committed' : 'acknowledged'} and is not in the log`,
    }))
  const uncommitted = logged
    .filter((record) => outboxSources.includes(record.source) && !committed.has(nameOfEvent(record)))
    .map((record): Violation => ({
      promise: 'uncommitted',
      sentence: `${told(record)} is in the log, at ${record.partition}/${record.offset}, and was never committed`,
    }))
  return [...missing, ...uncommitted, ...inversionsOfLog(logged)]
}

/** Only the first occurrence of an event counts: sent again, it is known to every inbox. */
function inversionsOfLog(logged: SortedHistory['logged']): readonly Violation[] {
  const inOrder = logged.toSorted((one, other) => one.partition - other.partition || one.offset - other.offset)
  const seen = new Set<string>()
  const latest = new Map<string, number>()
  return inOrder.flatMap((record) => {
    const name = nameOfEvent(record)
    if (seen.has(name)) return []
    seen.add(name)
    const subject = `${record.source} ${record.stream} ${record.series} ${record.subject}`
    const before = latest.get(subject) ?? 0
    latest.set(subject, Math.max(before, record.number))
    if (record.number > before) return []
    const at = `at ${record.partition}/${record.offset}`
    return { promise: 'inversion', sentence: `${told(record)} stands in the log ${at} behind number ${before}` }
  })
}

/** An event for a sentence. */
export function told({ stream, series, subject, number, id }: Counted): string {
  return `${stream}${series === stream ? '' : ` (of ${series})`} ${subject} number ${number} (${id})`
}
