import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { installJars } from '@samspill/local'
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

/** A Java program that runs until it is disposed of. */
export interface JavaProcess extends AsyncDisposable {
  readonly pid: number
  /** What it printed last. */
  readonly lastLine: string
  /** Rejects where it ends by itself. */
  readonly failure: Promise<never>
}

/** Starts a program of one source file with the jars that a pom names; they are downloaded at first use. */
export async function startJava(
  stage: BenchStage,
  program: {
    /** The name of its jars in the cache. */
    readonly name: string
    readonly pom: string
    readonly source: string
    readonly parameters: readonly string[]
    /** Called with each line that it prints. */
    readonly onLine?: (line: string) => void
  },
): Promise<JavaProcess> {
  const { name, pom, source, parameters, onLine } = program
  const signal = AbortSignal.timeout(300_000)
  const jars = await installJars(name, pom, { onProgress: () => undefined, signal, environment: process.env })
  const flags = ['-Xmx512m', '-cp', join(jars, '*'), source]
  const child = spawn(javaOfBroker(stage).java, [...flags, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let lastLine = ''
  createInterface(child.stdout).on('line', (line) => {
    lastLine = line
    onLine?.(line)
  })
  await once(child, 'spawn')
  const failure = ended.then(([code]): never => {
    throw new Error(`${source} ended with ${String(code)}`)
  })
  failure.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    get lastLine() {
      return lastLine
    },
    failure,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The command line of a running broker tells which Java runs it, and from which jars. */
function javaOfBroker(stage: BenchStage): { java: string; classPath: string } {
  const broker = stage.parts.find(({ name, pid }) => name.startsWith('kafka') && pid !== undefined)
  if (broker === undefined) throw new Error('the stack has no broker that runs')
  const words = readFileSync(`/proc/${broker.pid}/cmdline`, 'utf8').split('\0')
  const [java = 'java'] = words
  return { java, classPath: words[words.indexOf('-cp') + 1] ?? '' }
}
