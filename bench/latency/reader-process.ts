import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { serviceFlags, serviceMemory } from '@samspill/local'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { LatencyRun } from './stream.ts'

/** A process that reads and writes for one round; disposing of it ends it. */
export interface ReaderProcess extends AsyncDisposable {
  readonly pid: number
}

/** Starts the process that reads and writes for one round, as the stack starts its services; `file` is told from this folder. */
export function startReader(
  file: 'hub-service.ts' | 'bare-reader.ts' | '../parking/failing-process.ts',
  stage: BenchStage,
  run: LatencyRun,
): ReaderProcess {
  const child = spawn(process.execPath, [...serviceFlags, join(import.meta.dirname, file), JSON.stringify(run)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...stage.environment,
      ...serviceMemory(process.env),
      SAMSPILL_OTLP: '',
      SAMSPILL_HTTP_PORT: '0',
      SAMSPILL_LOG_LEVEL: 'error',
    },
  })
  const ended = once(child, 'exit')
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The order that a reader's process was started with. */
export function ownRun(): LatencyRun {
  return JSON.parse(process.argv[2] ?? '') as LatencyRun
}
