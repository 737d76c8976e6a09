import { countOf, nameInStream, type Counted, type Expectations, type SortedHistory } from './history-lines.ts'
import type { Violation } from './violation.ts'

/** What was acknowledged or committed is in the log; nothing else of an outbox is; no subject's order is turned round. */
export function checkLog(
  { acknowledged, written, logged }: Pick<SortedHistory, 'acknowledged' | 'written' | 'logged'>,
  { outboxSources }: Pick<Expectations, 'outboxSources'>,
): readonly Violation[] {
  const inLog = new Set(logged.map(nameInStream))
  const committed = new Set(written.map(nameInStream))
  const promised = new Map([...acknowledged, ...written].map((event) => [nameInStream(event), event]))
  const missing = Array.from(promised)
    .filter(([name]) => !inLog.has(name))
    .map(([name, event]): Violation => ({
      promise: 'missing',
      sentence: `${told(event)} was ${committed.has(name) ? 'committed' : 'acknowledged'} and is not in the log`,
    }))
  const uncommitted = logged
    .filter((record) => outboxSources.includes(record.source) && !committed.has(nameInStream(record)))
    .map((record): Violation => ({
      promise: 'uncommitted',
      sentence: `${told(record)} is in the log, at ${record.partition}/${record.offset}, and was never committed`,
    }))
  return [...missing, ...uncommitted, ...inversionsOfLog(logged), ...subjectsInTwoPartitions(logged)]
}

/** Only the first occurrence of an event counts: sent again, it is known to every inbox. */
function inversionsOfLog(logged: SortedHistory['logged']): readonly Violation[] {
  const inOrder = logged.toSorted((one, other) => one.partition - other.partition || one.offset - other.offset)
  const seen = new Set<string>()
  const latest = new Map<string, number>()
  return inOrder.flatMap((record) => {
    const name = nameInStream(record)
    if (seen.has(name)) return []
    seen.add(name)
    const subject = countOf(record)
    const before = latest.get(subject) ?? 0
    latest.set(subject, Math.max(before, record.number))
    if (record.number > before) return []
    const at = `at ${record.partition}/${record.offset}`
    return { promise: 'inversion', sentence: `${told(record)} stands in the log ${at} behind number ${before}` }
  })
}

/** A subject that has two partitions has no order, however its numbers happen to stand. */
function subjectsInTwoPartitions(logged: SortedHistory['logged']): readonly Violation[] {
  const subjects = Map.groupBy(logged, ({ stream, subject }) => `${stream} ${subject}`)
  return Array.from(subjects.values()).flatMap((records): Violation[] => {
    const [first] = records
    const other = records.find(({ partition }) => partition !== first?.partition)
    if (first === undefined || other === undefined) return []
    const sentence = `${told(other)} is in partition ${other.partition}, and ${told(first)} in partition ${first.partition}`
    return [{ promise: 'inversion', sentence }]
  })
}

/** An event for a sentence. */
export function told({ stream, series, subject, number, id }: Counted): string {
  return `${stream}${series === stream ? '' : ` (of ${series})`} ${subject} number ${number} (${id})`
}
