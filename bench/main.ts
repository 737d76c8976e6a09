import { HubError } from '@samspill/contracts'
import { measureEach, textOf } from './harness/measure-each.ts'
import { measure } from './harness/measure.ts'
import { readWords, usage } from './harness/words.ts'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Stopping takes the stack down first; whoever asks twice asks for the same.
  process.on(signal, () => stopping.abort(new HubError('bench-stopped', 'the benchmark was stopped')))
}
try {
  const asked = readWords(process.argv.slice(2))
  if (asked === undefined) process.stdout.write(usage)
  else {
    const options = { ...asked.options, signal: stopping.signal }
    await measureEach(asked.names, (name) => measure(name, options), stopping.signal)
  }
} catch (error) {
  const failure = stopping.signal.aborted ? (stopping.signal.reason as unknown) : error
  process.exitCode = stopping.signal.aborted ? 130 : 1
  process.stderr.write(`${textOf(failure)}\n`)
}
