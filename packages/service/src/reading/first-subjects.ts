import { subjectOf } from '../parking/judges.ts'
import type { WorkableRecord } from './planned-record.ts'

const probeSubjects = 10

/** How many records hold the first few subjects; what comes after the last of them can wait for the next part. */
export function firstSubjects(records: readonly WorkableRecord[]): {
  readonly count: number
  readonly subjects: number
} {
  const subjects = new Set<string>()
  for (const [index, record] of records.entries()) {
    if (record.kind === 'passed-over') continue
    const subject = subjectOf(record)
    if (subjects.size === probeSubjects && !subjects.has(subject)) return { count: index, subjects: subjects.size }
    subjects.add(subject)
  }
  return { count: records.length, subjects: subjects.size }
}
