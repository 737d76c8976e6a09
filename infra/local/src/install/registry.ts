import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cloneFolder } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import { installOnce } from './install-once.ts'
import { copyDependencies } from './maven.ts'
import { runCommand } from './run-command.ts'

/** The version of Apicurio Registry in infra/local/registry/pom.xml. */
export const registryVersion = '3.3.3'

/** Installs Apicurio Registry; the folder holds `quarkus-run.jar`. */
export function installRegistry(folder: string, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  return installOnce({
    part: 'registry',
    version: registryVersion,
    folder,
    onProgress,
    install: async (half) => {
      await copyDependencies(join(cloneFolder, 'infra/local/registry/pom.xml'), half, 'download', signal)
      const [archive = ''] = await readdir(join(half, 'download'))
      await runCommand('tar', ['xzf', join(half, 'download', archive), '-C', half], { signal })
      await rm(join(half, 'download'), { recursive: true })
    },
  })
}
