import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/program.ts'
import { fakeTerminal } from '../fake-terminal.ts'

const pages = ['docs/how-to/deal-with-dead-letters.md', 'docs/how-to/find-out-why-a-partition-stands-still.md']

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(cloneFolder, page), 'utf8')
  const lines = Array.from(text.matchAll(/^ *npx samspill (.+)$/gm), ([, line = '']) => line)

  test('shows commands', () => {
    expect(lines.length).toBeGreaterThan(0)
  })

  test.each(lines)('shows a command that is there, with its arguments and options: %s', (line) => {
    const words = Array.from(line.matchAll(/"[^"]*"|\S+/g), ([word]) => word)
    let command: Command = createProgram(fakeTerminal(), () => undefined)
    while (command.commands.length > 0) {
      const name = words.shift()
      const found = command.commands.find((each) => each.name() === name)
      expect(found, `samspill … ${name}`).toBeDefined()
      if (found === undefined) return
      command = found
    }
    const { operands, unknown } = command.parseOptions(words)
    expect(unknown).toEqual([])
    const needed = command.registeredArguments.filter(({ required }) => required).length
    expect(operands.length).toBeGreaterThanOrEqual(needed)
  })
})

test('what the page about dead letters prints, the command prints', () => {
  const text = readFileSync(join(cloneFolder, pages[0] ?? ''), 'utf8')
  const list = readFileSync(join(cloneFolder, 'packages/cli/src/dead/list.ts'), 'utf8')
  const columns = /const columns = \[(.*)\]/.exec(list)?.[1]?.replaceAll("'", '').split(', ') ?? []
  expect(text).toMatch(new RegExp(`^ *${[...columns, 'why'].join(' +')}$`, 'm'))
})
