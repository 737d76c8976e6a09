import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { reset } from '../src/commands/reset.ts'
import { reportOf, textOf } from '../src/failure.ts'
import { createProgram } from '../src/program.ts'
import { HubError } from '@samspill/contracts'
import { fakeTerminal } from './fake-terminal.ts'

async function run(...words: readonly string[]): Promise<{ readonly text: string; readonly error: unknown }> {
  const terminal = fakeTerminal()
  const error = await createProgram(terminal, () => undefined)
    .parseAsync(['node', 'samspill', ...words])
    .then(() => undefined)
    .catch((thrown: unknown) => thrown)
  return { text: [...terminal.printed, ...terminal.noted].join('\n'), error }
}

describe('a command that is written wrongly', () => {
  test('with a typo is met with the command that was meant', async () => {
    const { text, error } = await run('stauts')
    expect(error).toBeInstanceOf(CommanderError)
    expect(text).toContain("unknown command 'stauts'")
    expect(text).toContain('Did you mean status?')
  })

  test('with a typo in an option is met with the option that was meant', async () => {
    expect((await run('up', '--without-service')).text).toContain('Did you mean --without-services?')
  })

  test('without an event id is told what is missing', async () => {
    expect((await run('trace')).text).toContain("missing required argument 'event id'")
    expect((await run('trace', ' ')).text).toContain('It is empty: write the id of an event.')
  })

  test('with a stack name that is no folder name is told the rule', async () => {
    expect((await run('--stack', '../default', 'down')).text).toContain('Write small letters, digits and hyphens')
  })
})

describe('help', () => {
  test('names every command, the exit codes and examples', async () => {
    const { text } = await run('--help')
    for (const word of ['up', 'down', 'status', 'reset', 'schemas', 'streams', 'trace', 'Exit codes', 'Examples']) {
      expect(text).toContain(word)
    }
  })

  test.each([['up'], ['down'], ['status'], ['reset'], ['trace'], ['schemas', 'check'], ['streams', 'plan']])(
    'of %s %s says that scripts get JSON',
    async (...command) => {
      expect((await run(...command, '--help')).text).toContain('--json')
    },
  )
})

describe('a failure', () => {
  test('of ours is a sentence with its code, never a stack trace', () => {
    const error = new HubError('go-missing', 'go was looked for on PATH and was not found: install Go')
    expect(textOf(error)).toBe('go was looked for on PATH and was not found: install Go [go-missing]')
    expect(reportOf(error)).toEqual({ error: { code: 'go-missing', message: error.message } })
  })

  test('that brought another one while cleaning up is told, not the other one', () => {
    const first = new HubError('door-unreachable', 'ingress does not answer')
    const error = new SuppressedError(new Error('not connected'), first, 'An error was suppressed during disposal')
    expect(textOf(error)).toBe('ingress does not answer [door-unreachable]')
    expect(reportOf(error).error.code).toBe('door-unreachable')
  })

  test('that nobody foresaw is called what it is', () => {
    expect(textOf(new TypeError('x is not a function'))).toMatch(/^this is a bug in samspill: TypeError: x is not/)
    expect(reportOf(new TypeError('x')).error.code).toBe('unexpected')
  })
})

describe('reset', () => {
  test('asks, and does nothing when the answer is not the name of the stack', async () => {
    const terminal = fakeTerminal('yes')
    await expect(reset({ stack: 'nobody-made-this', yes: false, json: false }, terminal)).resolves.toBe(false)
    expect(terminal.printed).toEqual(['Nothing was removed.'])
  })

  test('does nothing where nobody is there to answer', async () => {
    const asked = reset({ stack: 'nobody-made-this', yes: false, json: false }, fakeTerminal())
    await expect(asked).rejects.toThrow('add --yes')
  })
})
