import { join } from 'node:path'
import { cloneFolder } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import { installOnce } from './install-once.ts'
import { copyDependencies } from './maven.ts'

/** The version of the broker in infra/local/kafka/pom.xml. */
export const kafkaVersion = '4.3.1'

/** Installs the broker; the folder holds its jars in `lib`. */
export function installKafka(folder: string, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  return installOnce({
    part: 'kafka',
    version: kafkaVersion,
    folder,
    onProgress,
    install: (half) => copyDependencies(join(cloneFolder, 'infra/local/kafka/pom.xml'), half, 'lib', signal),
  })
}
