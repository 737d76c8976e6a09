import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's own notation; compared, never read. */
  readonly startedAt: string
}

/** Reads how a process is known to the system; undefined where no such process lives. */
export type ReadStartTime = (pid: number) => string | undefined

/** The start time of a process: clock ticks since boot on Linux, `ps` elsewhere; undefined when it is gone. */
export const readStartTime: ReadStartTime = (pid) => {
  if (process.platform === 'linux') return startTimeOfStat(readProcFile(`/proc/${pid}/stat`))
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return text === '' ? undefined : text
  } catch {
    // ps exits with 1 where the process is gone.
    return undefined
  }
}

/** The start time in a line of /proc/<pid>/stat; undefined for a process that is gone or only waits to be reaped. */
export function startTimeOfStat(stat: string | undefined): string | undefined {
  // The command stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields?.[0]
  return state === 'Z' || state === 'X' ? undefined : fields?.[19]
}

/** Tells whether exactly this process still lives, not another that was given its pid. */
export function isAlive(identity: ProcessIdentity, read: ReadStartTime = readStartTime): boolean {
  return read(identity.pid) === identity.startedAt
}

/** The identity of a living process; undefined when it is gone. */
export function identify(pid: number, read: ReadStartTime = readStartTime): ProcessIdentity | undefined {
  const startedAt = read(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

function readProcFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process ended, or there is no /proc.
    return undefined
  }
}
