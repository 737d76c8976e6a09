import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import { identify, type ProcessIdentity } from '../machine/process-identity.ts'
import { markerVariable } from '../machine/leftovers.ts'
import type { Launch, Part, PartStatus } from '../parts/part.ts'
import { lastWords } from './last-words.ts'

const restartsInRow = 5
const quietMilliseconds = 60_000
/** What a killed predecessor leaves behind, such as a shared memory block, may take a moment to go. */
const retriesAtStart = 2

/** The process of one part: started, watched, started again when it dies, stopped. */
export class PartProcess {
  readonly part: Part
  readonly #folder: string
  readonly #logFile: string
  readonly #restart: boolean
  readonly #onChange: () => void
  #child: ChildProcess | undefined
  #identity: ProcessIdentity | undefined
  #wanted = false
  #why = 'not started'
  #restarts: number[] = []
  #givenUp = false
  #firstLaunch = true

  constructor(
    part: Part,
    options: {
      readonly folder: string
      readonly logs: string
      /** Whether it is started again when it dies; else it stays down as if it had been stopped. */
      readonly restart: boolean
      readonly onChange: () => void
    },
  ) {
    this.part = part
    this.#folder = options.folder
    this.#logFile = join(options.logs, `${part.name}.log`)
    this.#restart = options.restart
    this.#onChange = options.onChange
    mkdirSync(options.logs, { recursive: true })
  }

  get identity(): ProcessIdentity | undefined {
    return this.#identity
  }

  /** It runs or is about to; false after it was stopped, or was given up after too many restarts. */
  get wanted(): boolean {
    return this.#wanted && !this.#givenUp
  }

  get givenUp(): boolean {
    return this.#givenUp
  }

  /** Starts it and waits until it is ready. Throws `part-not-ready` with its last words. */
  async start(): Promise<void> {
    this.#wanted = true
    this.#givenUp = false
    this.#restarts = []
    try {
      const launch = await this.part.launch()
      if (!this.#wanted) return
      this.#spawn(launch)
      await this.#untilReady()
    } catch (error) {
      this.#why = error instanceof Error ? error.message : String(error)
      this.#wanted = false
      await this.#end('SIGKILL')
      throw error
    }
  }

  /** Stops it for good; with a signal of its own in tests, e.g. SIGKILL. Resolves when the process is gone. */
  async stop(signal: NodeJS.Signals = this.part.stopSignal): Promise<void> {
    this.#wanted = false
    this.#why = 'stopped'
    await this.#end(signal)
    this.#onChange()
  }

  /** Asks it now how it is doing. */
  async status(): Promise<PartStatus> {
    if (this.#child !== undefined) this.#why = (await this.part.probe()) ?? ''
    return this.lastStatus()
  }

  /** How it was doing when last looked at. */
  lastStatus(): PartStatus {
    const { name, version, address } = this.part
    return { name, version, address, pid: this.#child?.pid, ready: this.#why === '', why: this.#why }
  }

  #spawn(launch: Launch): void {
    const log = openSync(this.#logFile, this.#firstLaunch ? 'w' : 'a', 0o600)
    this.#firstLaunch = false
    const { PATH, HOME, LANG, TMPDIR, JAVA_HOME } = process.env
    const plain = Object.entries({ PATH, HOME, LANG, TMPDIR, JAVA_HOME }).filter(([, value]) => value !== undefined)
    const child = spawn(launch.file, launch.parameters, {
      cwd: launch.folder,
      env: { ...Object.fromEntries(plain), ...launch.environment, [markerVariable]: this.#folder },
      stdio: ['ignore', log, log],
      ...launch.user,
    })
    closeSync(log)
    this.#child = child
    this.#identity = child.pid === undefined ? undefined : identify(child.pid)
    this.#why = 'starting'
    child.once('error', (error) => this.#ended(child, `it cannot be started: ${error.message}`))
    child.once('exit', (code, signal) => this.#ended(child, `it ended with ${signal ?? `exit code ${code}`}`))
    this.#onChange()
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#identity = undefined
    if (this.#wanted) {
      this.#why = `${how}; its last words: ${lastWords(readFileSync(this.#logFile, 'utf8'))}`
      if (this.#restart) void this.#startAgain()
      else this.#wanted = false
    }
    this.#onChange()
  }

  /** After an unexpected end: waits a little longer each time, and gives up after several in a row. */
  async #startAgain(): Promise<void> {
    const now = Date.now()
    this.#restarts = [...this.#restarts.filter((time) => now - time < quietMilliseconds), now]
    if (this.#restarts.length > restartsInRow) {
      this.#givenUp = true
      this.#why = `given up after ${restartsInRow} restarts in a minute: ${this.#why}`
      return
    }
    await delay(250 * 2 ** this.#restarts.length, undefined, { ref: false })
    if (!this.#wanted || this.#child !== undefined) return
    try {
      const launch = await this.part.launch()
      if (this.#wanted && this.#child === undefined) this.#spawn(launch)
    } catch (error) {
      this.#why = error instanceof Error ? error.message : String(error)
      this.#onChange()
    }
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + this.part.startMilliseconds
    let why: string | undefined = 'starting'
    for (let wait = 20; Date.now() < deadline; wait = Math.min(wait * 1.3, 200)) {
      if (this.#child === undefined && !this.#restart) break
      if (!this.#wanted) throw new HubError('part-stopped', `${this.part.name} was stopped while it started`)
      if (this.#child !== undefined) why = await this.part.probe()
      else if (this.#restarts.length > retriesAtStart) break
      if (why === undefined) {
        this.#why = ''
        this.#onChange()
        return
      }
      await delay(wait)
    }
    const reason = this.#child === undefined ? this.#why : why
    throw new HubError('part-not-ready', `${this.part.name} did not become ready: ${reason}; see ${this.#logFile}`)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const patience = setTimeout(() => child.kill('SIGKILL'), this.part.stopMilliseconds)
    await gone
    clearTimeout(patience)
    this.#child = undefined
    this.#identity = undefined
    if (child.signalCode !== 'SIGKILL') await this.part.stopped?.()
  }
}
