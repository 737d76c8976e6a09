import { HubError } from '@samspill/contracts'
import { isBrokerPart, readStack, stackStatus, type StackFile } from '@samspill/local'

/** The stack a command works on. Throws `stack-not-running`: what was looked for, and what to do. */
export async function requireStack(name: string, parts: readonly string[]): Promise<StackFile> {
  const stack = readStack(name)
  if (stack === undefined) {
    throw new HubError('stack-not-running', `there is no stack "${name}" yet: start it with \`samspill up\``)
  }
  const status = await stackStatus(name)
  const missing = parts.map((part) => {
    const wanted = status.filter((each) => each.name === part || (part === 'kafka' && isBrokerPart(each.name)))
    // Of several brokers one is enough to be asked.
    return wanted.some((each) => each.ready) ? undefined : wanted[0]
  })
  const first = missing.find((part) => part !== undefined)
  if (first !== undefined) {
    throw new HubError(
      'stack-not-running',
      `${first.name} of the stack "${name}" is not ready: ${withoutFullStop(first.why)}`,
    )
  }
  return stack
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, '')
}
