import { HubError } from '@samspill/contracts'
import { resetStack } from '@samspill/local'
import type { Terminal } from '../terminal.ts'

/** Removes a stack's data after asking. False where the person said no. Throws `answer-missing` without a terminal. */
export async function reset(
  options: { readonly stack: string; readonly yes: boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<boolean> {
  if (!options.yes) {
    const question = `All events, schemas, tables and keys of the stack "${options.stack}" will be gone. Type the stack's name to go on: `
    const answer = options.json ? undefined : await terminal.ask(question)
    if (answer === undefined) {
      throw new HubError(
        'answer-missing',
        'reset asks before it removes data, and nobody is there to answer: add --yes',
      )
    }
    if (answer.trim() !== options.stack) {
      terminal.print('Nothing was removed.')
      return false
    }
  }
  await resetStack(options.stack)
  terminal.print(
    options.json ? JSON.stringify({ reset: options.stack }) : `The stack "${options.stack}" and its data are gone.`,
  )
  return true
}
