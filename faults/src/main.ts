import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { HubError } from '@samspill/contracts'
import { cloneFolder, commitAtHand } from '@samspill/local'
import { readOptions, usage } from './options.ts'
import { performRuns } from './perform-runs.ts'
import { readResult, totalsOf, writeResult, type KeptResult, type RunEntry } from './results.ts'

const resultFile = join(import.meta.dirname, '../results/runs.json')

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Stopping takes the cluster down first; whoever asks twice asks for the same.
  process.on(signal, () => stopping.abort(new HubError('faults-stopped', 'stopped in the middle of a run')))
}
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof HubError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n`)
  // What was in the middle of a run waits for a hub that is gone.
  process.exit(stopping.signal.aborted ? 130 : 1)
}

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words)
  if (options === undefined) {
    process.stdout.write(usage)
    return 0
  }
  const { runs, seed, json, resume } = options
  const kept = resume ? readResult(resultFile) : undefined
  const first = seed ?? seedAfter(kept)
  const performed: RunEntry[] = [...(kept?.runs ?? [])]
  const commit = await commitAtHand()
  const from = kept?.from ?? new Date().toISOString()
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  const failed = await performRuns({
    name: 'faults',
    state: process.env['SAMSPILL_STATE'] ?? join(cloneFolder, '.samspill'),
    seeds: Array.from({ length: runs }, (_, index) => first + index),
    tell: (line) => process.stderr.write(`${line}\n`),
    onRun(entry) {
      performed.push({ ...entry, commit })
      if (resume) writeResult(resultFile, { machine, from, to: new Date().toISOString(), runs: performed })
    },
    now: Date.now,
    signal: stopping.signal,
  })
  const totals = totalsOf(performed)
  const violations = performed.reduce((sum, run) => sum + run.violations.length, 0)
  process.stderr.write(`${totals.runs} runs, ${violations} violations, ${failed} runs that could not be performed\n`)
  if (json) process.stdout.write(`${JSON.stringify(totals)}\n`)
  else process.stdout.write(`${JSON.stringify(totals, null, 2)}\n`)
  return violations > 0 || failed > 0 ? 1 : 0
}

/** The seed that follows the kept ones; where there are none, one that no run has had. */
function seedAfter(kept: KeptResult | undefined): number {
  const seeds = (kept?.runs ?? []).map((run) => run.seed)
  return seeds.length === 0 ? Math.floor(Date.now() / 1000) : Math.max(...seeds) + 1
}
