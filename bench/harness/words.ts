import { parseArgs } from 'node:util'
import { HubError } from '@samspill/contracts'
import { benchNames } from './bench-files.ts'
import type { MeasureOptions } from './measure.ts'

/** What `npm run bench` was asked for. */
export interface Asked {
  readonly names: readonly string[]
  readonly options: Omit<MeasureOptions, 'signal'>
}

export const usage = `npm run bench -- <name>|all [--json] [--long] [--rounds n] [--only <key>,<key>] [--profile <folder>]

  <name>      one of: ${benchNames().join(', ')}
  --json      the last line is the result as JSON
  --long      also what takes longer than ten minutes
  --rounds    how many; 5 unless told otherwise. Fewer are for a quick look: nothing is kept in bench/results
  --only      these contenders only; nothing is kept
  --profile   writes a processor profile of each round there, for a look with Chrome's developer tools
`

/** Reads the words of the command; undefined where help is asked for. Throws `bench-usage`: what is wrong, and the usage. */
export function readWords(words: readonly string[]): Asked | undefined {
  const { values, positionals } = parsed(words)
  if (values.help) return undefined
  const [name, ...more] = positionals
  if (name === undefined) throw wrong('say which benchmark')
  if (more.length > 0) throw wrong(`one benchmark at a time, or all: leave ${more.join(' ')} out`)
  if (!/^[1-9]\d{0,3}$/.test(values.rounds)) throw wrong('--rounds is no whole number from 1 to 9999')
  if (name === 'all' && values.only !== undefined) {
    throw wrong('--only names contenders of one benchmark: say which one, instead of all')
  }
  return {
    names: name === 'all' ? benchNames() : [name],
    options: {
      rounds: Number(values.rounds),
      json: values.json,
      long: values.long,
      only: values.only?.split(','),
      profiles: values.profile,
    },
  }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        long: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '5' },
        only: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

function wrong(what: string): HubError {
  return new HubError('bench-usage', `${what}\n\n${usage}`)
}
