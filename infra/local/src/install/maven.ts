import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '@samspill/contracts'
import { runCommand } from './run-command.ts'

/** Downloads what a pom names into `<folder>/<into>`. Throws `maven-missing`, `download-failed`. */
export async function copyDependencies(pom: string, folder: string, into: string, signal: AbortSignal): Promise<void> {
  await copyFile(pom, join(folder, 'pom.xml'))
  const parameters = ['--batch-mode', '--quiet', 'dependency:copy-dependencies', `-DoutputDirectory=${into}`]
  try {
    await runCommand('mvn', parameters, { cwd: folder, signal })
  } catch (error) {
    if (error instanceof HubError && error.code === 'command-missing') {
      throw new HubError(
        'maven-missing',
        'mvn was looked for on PATH to download Kafka and the schema registry, and was not found: install Apache Maven',
        { cause: error },
      )
    }
    const reason = error instanceof Error ? error.message : String(error)
    throw new HubError('download-failed', `Maven could not download what ${pom} names: ${reason}`, { cause: error })
  }
}
