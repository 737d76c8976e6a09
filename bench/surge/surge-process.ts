import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { SurgeRun } from './streams.ts'

type SurgeProgram =
  | 'compensation-service.ts'
  | 'municipality-service.ts'
  | 'bare-compensation-process.ts'
  | 'bare-municipality-process.ts'

/** Starts one process of a round; disposing of it ends it. */
export function startSurgeProcess(program: SurgeProgram, stage: BenchStage, run: SurgeRun): AsyncDisposable {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), JSON.stringify(run)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...stage.environment,
      SAMSPILL_OTLP: '',
      SAMSPILL_HTTP_PORT: '0',
      SAMSPILL_LOG_LEVEL: 'error',
      [`SAMSPILL_KEY_${run.agency.toUpperCase()}`]: run.secret,
    },
  })
  const ended = once(child, 'exit')
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The run that this process belongs to. */
export function ownRun(): SurgeRun {
  return JSON.parse(process.argv[2] ?? '') as SurgeRun
}
