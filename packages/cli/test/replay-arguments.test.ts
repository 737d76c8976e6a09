import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../src/program.ts'
import { fakeTerminal } from './fake-terminal.ts'

/** Runs a command that is written wrongly, and gives back what it says. */
async function refusal(...words: readonly string[]): Promise<string> {
  const terminal = fakeTerminal()
  const running = createProgram(terminal, () => undefined).parseAsync(['node', 'samspill', 'replay', ...words])
  await expect(running).rejects.toBeInstanceOf(CommanderError)
  return terminal.noted.join('\n')
}

describe('samspill replay', () => {
  test.each([
    { words: ['wage-compensation'], says: 'either --missed or --rebuild' },
    { words: ['wage-compensation', '--missed', '--rebuild', '--from', '2d'], says: 'either --missed or --rebuild' },
    { words: ['wage-compensation', '--missed', '--dry-run'], says: 'say with --from' },
    { words: ['wage-compensation', '--missed', '--from', 'tomorrow'], says: 'Write a moment' },
    { words: ['wage-compensation', '--missed', '--from', '9999-01-01', '--dry-run'], says: 'lies in the future' },
    { words: ['wage-compensation', '--rebuild', '--from', '2d'], says: 'leave --from out' },
    { words: ['wage-compensation', '--missed', '--from', '2d', '--publish-differences'], says: 'goes with --rebuild' },
    { words: ['wage-compensation', '--rebuild'], says: 'say why with --reason' },
    { words: ['wage-compensation', '--rebuild', '--reason', 'for 17820300033'], says: 'eleven-digit number' },
  ])('refuses $words', async ({ words, says }) => {
    expect(await refusal(...words)).toContain(says)
  })
})
