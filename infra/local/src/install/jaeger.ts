import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '@samspill/contracts'
import { cloneFolder } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import { installOnce } from './install-once.ts'
import { runCommand } from './run-command.ts'

/** The version of Jaeger in infra/local/jaeger/go.mod. */
export const jaegerVersion = '1.62.0'

/** Builds Jaeger; the folder holds `jaeger`. Throws `go-missing`: the stack can run without traces. */
export function installJaeger(folder: string, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  return installOnce({
    part: 'jaeger',
    version: jaegerVersion,
    folder,
    onProgress,
    install: async (half) => {
      const source = join(cloneFolder, 'infra/local/jaeger')
      await Promise.all(['go.mod', 'go.sum'].map((name) => copyFile(join(source, name), join(half, name))))
      try {
        const parameters = ['build', '-trimpath', '-ldflags=-s -w', '-o', 'jaeger']
        await runCommand('go', [...parameters, 'github.com/jaegertracing/jaeger/cmd/all-in-one'], { cwd: half, signal })
      } catch (error) {
        throw goMissing(error)
      }
    },
  })
}

function goMissing(cause: unknown): HubError {
  if (cause instanceof HubError && cause.code === 'command-missing') {
    return new HubError(
      'go-missing',
      'no traces: go was looked for on PATH to build Jaeger, and was not found: install Go 1.24 or newer, then run `samspill up` again',
      { cause },
    )
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new HubError('jaeger-build-failed', `no traces: Jaeger could not be built: ${reason}`, { cause })
}
