import { HubError } from '@samspill/contracts'

/**
 * Measures one benchmark after another; one that fails does not keep the others from being measured. Throws what the only
 * one throws, and where there are several `benches-failed` with the names of those that failed.
 */
export async function measureEach(
  names: readonly string[],
  measure: (name: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const failed: string[] = []
  for (const name of names) {
    try {
      await measure(name)
    } catch (error) {
      if (signal.aborted || names.length === 1) throw error
      failed.push(name)
      process.stderr.write(`${name} failed: ${textOf(error)}\n`)
    }
  }
  if (failed.length === 0) return
  throw new HubError(
    'benches-failed',
    `${failed.length} of ${names.length} benchmarks failed: ${failed.join(', ')}. Each alone: npm run bench -- <name>`,
  )
}

/** A failure as people read it: with its stack where it was not foreseen. */
export function textOf(error: unknown): string {
  if (error instanceof HubError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
