import { readdirSync, readFileSync } from 'node:fs'
import type { BenchStage } from './bench-stage.ts'

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100

/** The processor time that a process, its living descendants and its dead children have taken so far, in seconds. */
export function processorSeconds(pid: number): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)))
  const ofParent = Map.groupBy(stats, (stat) => stat.parent)
  const tree = stats.filter((stat) => stat.pid === pid)
  for (const stat of tree) tree.push(...(ofParent.get(stat.pid) ?? []))
  return tree.reduce((total, stat) => total + stat.ticks, 0) / ticksPerSecond
}

/** The processor time of the stack's parts whose names begin like that, e.g. `kafka`, in seconds. */
export function partSeconds(stage: BenchStage, part: string): number {
  const pids = stage.parts.flatMap(({ name, pid }) => (name.startsWith(part) && pid !== undefined ? [pid] : []))
  return pids.reduce((total, pid) => total + processorSeconds(pid), 0)
}

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function statOf(pid: number): Stat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; after it: state, parent, … user, system, children's user, and system.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = [11, 12, 13, 14].reduce((total, at) => total + Number(fields[at]), 0)
    return [{ pid, parent: Number(fields[1]), ticks }]
  } catch {
    // The process ended meanwhile.
    return []
  }
}
