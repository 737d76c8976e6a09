import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Responsibility } from '@samspill/postgres'

/** What a person says of himself and of why. */
export interface ResponsibilityOptions {
  readonly by?: string
  readonly reason?: string
}

/** Adds `--reason` and `--by`: both are kept where nobody can change them. */
export function addResponsibility(command: Command, why: string): Command {
  return command
    .option('--reason <sentence>', `why; kept for good, so without names and numbers of people (${why})`)
    .option('--by <name>', 'who does it, where the name of this login is not it')
}

/** Who does it, and why. Refuses the command where either is missing. */
export function responsibilityOf(command: Command, options: ResponsibilityOptions): Responsibility {
  const reason = options.reason?.trim() ?? ''
  if (reason === '') {
    command.error(`error: say why with --reason "…": it is kept with who did it and when (\`samspill dead log\`)`)
  }
  const by = (options.by ?? loginName()).trim()
  if (by === '') command.error('error: this login has no name: say who you are with --by <name>')
  if (/\d{6}[ .-]?\d{5}/.test(`${reason} ${by}`)) {
    command.error(
      'error: there is an eleven-digit number in --reason or --by, and both are kept for good: leave it out',
    )
  }
  if (/\p{Cc}/u.test(`${reason}${by}`)) command.error('error: write --reason and --by on one line each')
  return { by, reason }
}

function loginName(): string {
  try {
    return userInfo().username
  } catch (error) {
    // A user id without a name, as in some containers.
    if (error instanceof Error) return ''
    throw error
  }
}
