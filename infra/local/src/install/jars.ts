import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import { installOnce } from './install-once.ts'
import { copyDependencies } from './maven.ts'

/**
 * The folder with the jars that a pom names, downloaded at first use and kept for all clones; another one where the pom
 * has changed. Throws `maven-missing`, `download-failed`.
 */
export async function installJars(
  name: string,
  pom: string,
  options: { readonly onProgress: OnProgress; readonly signal: AbortSignal; readonly environment: NodeJS.ProcessEnv },
): Promise<string> {
  const { onProgress, signal, environment } = options
  const folder = await installOnce({
    part: name,
    version: hash('sha256', readFileSync(pom), 'hex').slice(0, 12),
    folder: cacheFolder(environment),
    onProgress,
    install: (half) => copyDependencies(pom, half, 'lib', signal),
  })
  return join(folder, 'lib')
}
