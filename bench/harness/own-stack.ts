import { prepareStack } from '@samspill/cli'
import { joinStack, resetLeftStacks, resetStack, startStack, type Progress, type StackFile } from '@samspill/local'
import type { BenchStage } from './bench-stage.ts'

const prefix = 'bench-'

/** A stack that a benchmark has to itself. Disposing it stops it and removes all its data. */
export interface OwnStack extends AsyncDisposable {
  readonly stage: BenchStage
  readonly stack: StackFile
}

/**
 * Starts a stack of its own on free ports, without services; it goes down with this process, even if that is killed.
 * Where SAMSPILL_STACK names one that is up, that one is used and stays.
 */
export async function ownStack(onProgress: (line: string) => void): Promise<OwnStack> {
  const tell = ({ part, step, seconds }: Progress): void => {
    if (seconds !== undefined) onProgress(`${part} ${step} in ${seconds} s`)
  }
  const named = process.env['SAMSPILL_STACK']
  const name = named ?? `${prefix}${process.pid}`
  if (named === undefined) await resetLeftStacks(prefix)
  await using opened = new AsyncDisposableStack()
  if (named === undefined) opened.defer(() => resetStack(name))
  const running = opened.use(
    named === undefined
      ? await startStack({
          name,
          ports: 'free',
          leash: true,
          services: false,
          prepare: (file) => prepareStack(file, tell),
          onProgress: tell,
        })
      : await joinStack(named),
  )
  const parts = await running.status()
  const owned = opened.move()
  return {
    stack: running.stack,
    stage: { stack: name, environment: running.environment, parts, prepared: undefined },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
