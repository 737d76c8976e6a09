import { readdirSync, readFileSync } from 'node:fs'

/** What the system says a process is doing: `T` stopped, `Z` ended and not yet fetched; undefined where it is gone. */
export function stateOf(pid: number): string | undefined {
  return fieldsOf(pid)?.[0]
}

/** True where no such process runs any more. */
export function isGone(pid: number): boolean {
  const state = stateOf(pid)
  return state === undefined || state === 'Z' || state === 'X'
}

/** A process and all that it started, as far as they still live. */
export function familyOf(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => Number(fieldsOf(each)?.[1]) === pid)
  return [pid, ...children.flatMap((child) => familyOf(child))]
}

/** State, parent and the rest of a line of /proc/<pid>/stat. */
function fieldsOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    // It ended.
    return undefined
  }
}
