import type { Verdict } from '@samspill/avro'
import { HubError } from '@samspill/contracts'
import { table, type Terminal } from '../terminal.ts'

const words = {
  new: 'new',
  evolves: 'changed, fits all earlier versions',
  unchanged: 'registered already',
  registered: 'registered',
  refused: 'REFUSED',
} as const satisfies Record<Verdict['outcome'], string>

/** What was found or done, one line per schema; reasons below those that are refused. */
export function verdictText(verdicts: readonly Verdict[], terminal: Terminal): string {
  const width = Math.max(0, ...verdicts.map((verdict) => verdict.subject.length))
  return verdicts
    .flatMap((verdict) => {
      const style = verdict.outcome === 'refused' ? 'bad' : verdict.outcome === 'unchanged' ? 'dim' : 'good'
      const line = table([[verdict.subject.padEnd(width), terminal.paint(style, words[verdict.outcome])]])
      const reasons = verdict.outcome === 'refused' ? verdict.problems : []
      return [line, ...reasons.map(({ path, message }) => `    ${path === '' ? '' : `${path}: `}${message}`)]
    })
    .join('\n')
}

/** Throws `schema-refused` where a schema does not fit what is registered. */
export function requireNoneRefused(verdicts: readonly Verdict[]): void {
  const refused = verdicts.filter((verdict) => verdict.outcome === 'refused')
  if (refused.length === 0) return
  const reasons = refused.map(({ subject, problems }) => {
    return `${subject}: ${problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`
  })
  throw new HubError(
    'schema-refused',
    `nothing was registered, since ${refused.length === 1 ? 'a schema does' : `${refused.length} schemas do`} not fit what is registered:\n${reasons.join('\n')}\n` +
      'Make the change so that old and new readers understand each other (new fields nullable with default null), or publish a new event type beside the old (….v2.avsc)',
  )
}
