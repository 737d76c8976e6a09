import { parseArgs } from 'node:util'
import { HubError } from '@samspill/contracts'
import { benchNames } from './harness/bench-files.ts'
import { measure, type MeasureOptions } from './harness/measure.ts'

const usage = `npm run bench -- <name>|all [--json] [--long] [--rounds n] [--only <key>,<key>] [--profile <folder>]

  <name>      one of: ${benchNames().join(', ')}
  --json      the last line is the result as JSON
  --long      also what takes longer than ten minutes
  --rounds    how many; 5 unless told otherwise. Fewer are for a quick look: nothing is kept in bench/results
  --only      these contenders only; nothing is kept
  --profile   writes a processor profile of each round there, for a look with Chrome's developer tools
`

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Stopping takes the stack down first; whoever asks twice asks for the same.
  process.on(signal, () => stopping.abort(new HubError('bench-stopped', 'the benchmark was stopped')))
}
try {
  const { names, options } = readWords(process.argv.slice(2))
  for (const name of names) await measure(name, { ...options, signal: stopping.signal })
} catch (error) {
  const failure = stopping.signal.aborted ? (stopping.signal.reason as unknown) : error
  process.exitCode = stopping.signal.aborted ? 130 : 1
  process.stderr.write(failure instanceof HubError ? `${failure.message}\n` : `${textOf(failure)}\n`)
}

function readWords(words: string[]): { names: string[]; options: Omit<MeasureOptions, 'signal'> } {
  const { values, positionals } = parseWords(words)
  const rounds = Number(values.rounds)
  const [name] = positionals
  if (name === undefined || positionals.length > 1 || !Number.isInteger(rounds) || rounds < 1) {
    throw new HubError('bench-usage', usage)
  }
  const names = name === 'all' ? benchNames() : [name]
  return {
    names,
    options: { rounds, json: values.json, long: values.long, only: values.only?.split(','), profiles: values.profile },
  }
}

function parseWords(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        long: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '5' },
        only: { type: 'string' },
        profile: { type: 'string' },
      },
    })
  } catch (error) {
    throw new HubError('bench-usage', `${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
