import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isAlive, readStartTime, type ProcessIdentity, type ReadStartTime } from './process-identity.ts'

/** The variable in the environment of a stack's processes that names the stack's folder. */
export const markerVariable = 'SAMSPILL_PART_OF'

/** How the system shows its processes; tests hand in their own. */
export interface ProcessTable {
  readonly pids: () => readonly number[]
  /** The environment as the system shows it, entries ended by a zero byte; empty where it may not be read. */
  readonly environmentOf: (pid: number) => string
  readonly startTimeOf: ReadStartTime
}

/** The processes of this machine, as far as /proc shows them. */
export const processTable: ProcessTable = {
  pids: () =>
    namesIn('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  environmentOf: (pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8')
    } catch {
      // It ended, or it is another user's.
      return ''
    }
  },
  startTimeOf: readStartTime,
}

/**
 * The processes of a stack that still live though its keeper does not: those it wrote down, if they are still the same
 * processes, and those whose environment names the stack's folder.
 */
export function findLeftovers(
  folder: string,
  recorded: readonly ProcessIdentity[],
  table: ProcessTable = processTable,
): readonly ProcessIdentity[] {
  const marked = table
    .pids()
    .filter(
      (pid) => pid !== process.pid && table.environmentOf(pid).split('\0').includes(`${markerVariable}=${folder}`),
    )
    .flatMap((pid) => identify(pid, table.startTimeOf) ?? [])
  const known = recorded.filter((identity) => isAlive(identity, table.startTimeOf))
  return [...new Map([...marked, ...known].map((identity) => [identity.pid, identity])).values()]
}

/** Ends processes: asks first, kills those that are still there after some seconds. */
export async function endProcesses(processes: readonly ProcessIdentity[], patienceMilliseconds: number): Promise<void> {
  signalAll(processes, 'SIGTERM')
  const deadline = Date.now() + patienceMilliseconds
  let left = processes
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50)
    left = left.filter((identity) => isAlive(identity))
  }
  signalAll(left, 'SIGKILL')
  while (left.length > 0) {
    await delay(20)
    left = left.filter((identity) => isAlive(identity))
  }
}

function signalAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const identity of processes.filter((candidate) => isAlive(candidate))) {
    try {
      process.kill(identity.pid, signal)
    } catch (error) {
      // It ended by itself in between.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // There is no /proc on this system: what the keeper wrote down has to do.
    return []
  }
}
