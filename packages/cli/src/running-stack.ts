import { HubError } from '@samspill/contracts'
import { readStack, stackStatus, type StackFile } from '@samspill/local'

/** The stack a command works on. Throws `stack-not-running`: what was looked for, and what to do. */
export async function requireStack(name: string, parts: readonly string[]): Promise<StackFile> {
  const stack = readStack(name)
  if (stack === undefined) {
    throw new HubError('stack-not-running', `there is no stack "${name}" yet: start it with \`samspill up\``)
  }
  const missing = (await stackStatus(name)).filter((part) => parts.includes(part.name) && !part.ready)
  const [first] = missing
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
