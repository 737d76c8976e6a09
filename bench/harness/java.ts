import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { BenchStage } from './bench-stage.ts'

/**
 * Runs a Java program with the Java and the jars of the stack's own broker, and gives back what it printed. Other jars
 * come first where `classPath` names them.
 */
export async function runJava(
  stage: BenchStage,
  program: {
    readonly main: string
    readonly parameters: readonly string[]
    readonly classPath?: string
    readonly heapMegabytes?: number
  },
): Promise<string> {
  const { java, classPath } = javaOfBroker(stage)
  const jars = program.classPath === undefined ? classPath : `${program.classPath}:${classPath}`
  const flags = [`-Xmx${program.heapMegabytes ?? 512}m`, '-XX:+UseSerialGC', '-cp', jars]
  const { stdout } = await promisify(execFile)(java, [...flags, program.main, ...program.parameters], {
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout
}

/** The command line of a running broker tells which Java runs it, and from which jars. */
function javaOfBroker(stage: BenchStage): { java: string; classPath: string } {
  const broker = stage.parts.find(({ name, pid }) => name.startsWith('kafka') && pid !== undefined)
  if (broker === undefined) throw new Error('the stack has no broker that runs')
  const words = readFileSync(`/proc/${broker.pid}/cmdline`, 'utf8').split('\0')
  const [java = 'java'] = words
  return { java, classPath: words[words.indexOf('-cp') + 1] ?? '' }
}
