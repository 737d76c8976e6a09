import { HubError } from '@samspill/contracts'
import type { Terminal } from '../terminal.ts'

/** How a person is asked. */
export interface AgreementOptions {
  /** The command that asks. */
  readonly command: string
  readonly yes: boolean
  readonly json: boolean
}

/**
 * Says what is about to happen, and asks whether it may. True where the person has agreed, or with `--yes`. Throws
 * `answer-missing` where nobody can answer.
 */
export async function agreed(
  { command, yes, json }: AgreementOptions,
  what: string,
  terminal: Terminal,
): Promise<boolean> {
  if (yes) return true
  const answer = json ? undefined : await terminal.ask(`${what} This cannot be undone. Type yes to go on: `)
  if (answer !== undefined) return ['yes', 'y'].includes(answer.trim().toLowerCase())
  throw new HubError(
    'answer-missing',
    `${command} asks before it gives anything up, and nobody is there to answer: add --yes. ${what}`,
  )
}
