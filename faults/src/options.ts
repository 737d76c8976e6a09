import { parseArgs } from 'node:util'
import { HubError } from '@samspill/contracts'

/** What `npm run faults` was asked for. */
export interface Options {
  readonly runs: number
  /** The seed of the first run; the next ones follow it. */
  readonly seed: number | undefined
  /** Prints the totals as JSON, as the last line. */
  readonly json: boolean
  /** Goes on with the kept result: after its last seed, with its totals, and adds to it. */
  readonly resume: boolean
}

export const usage = `npm run faults -- [--runs n] [--seed s] [--json] [--resume]

  --runs     how many, one after another; 1 unless told otherwise
  --seed     of the first run; the next ones follow it. The same seed plans the same run again
  --json     the last line is the totals as JSON
  --resume   goes on after the last seed of faults/results/runs.json, and adds to it
`

/** Reads the options; undefined where help is asked for. Throws `option-invalid`. */
export function readOptions(words: readonly string[]): Options | undefined {
  const { values } = parsed(words)
  if (values.help === true) return undefined
  const { json = false, resume = false } = values
  const seed = values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, 0)
  if (seed !== undefined && resume) {
    throw new HubError('option-invalid', '--resume goes on after the last seed of the kept result: leave --seed out')
  }
  return { runs: wholeNumber('--runs', values.runs ?? '1', 1), seed, json, resume }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        runs: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        resume: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new HubError('option-invalid', `${why}\n\n${usage}`)
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= 2 ** 31) return number
  throw new HubError('option-invalid', `${name} is no whole number from ${least} on`)
}
