import { describe, expect, test } from 'vitest'
import { findLeftovers, type ProcessTable } from '../src/machine/leftovers.ts'
import { isAlive, startTimeOfStat } from '../src/machine/process-identity.ts'

const folder = '/home/kari/samspill/.samspill/default'
const postgres = { pid: 4711, startedAt: '224962' }

interface FakeProcess {
  readonly startedAt: string
  readonly environment: string
}

function machineWith(processes: Readonly<Record<number, FakeProcess>>): ProcessTable {
  return {
    pids: () => Object.keys(processes).map(Number),
    environmentOf: (pid) => processes[pid]?.environment ?? '',
    startTimeOf: (pid) => processes[pid]?.startedAt,
  }
}

describe('what a killed keeper left behind', () => {
  test('is what it wrote down and still lives', () => {
    const machine = machineWith({ 4711: { startedAt: '224962', environment: '' } })
    expect(findLeftovers(folder, [postgres], machine)).toEqual([postgres])
  })

  test('is never another process that was given the pid since', () => {
    const machine = machineWith({ 4711: { startedAt: '999999', environment: 'HOME=/home/ola' } })
    expect(findLeftovers(folder, [postgres], machine)).toEqual([])
  })

  test('is also what it had no time to write down', () => {
    const machine = machineWith({ 5000: { startedAt: '225000', environment: `A=1\0SAMSPILL_PART_OF=${folder}\0B=2` } })
    expect(findLeftovers(folder, [], machine)).toEqual([{ pid: 5000, startedAt: '225000' }])
  })

  test('is not what belongs to a stack whose folder begins with the same text', () => {
    const machine = machineWith({ 5000: { startedAt: '1', environment: `SAMSPILL_PART_OF=${folder}-2` } })
    expect(findLeftovers(folder, [], machine)).toEqual([])
  })

  test('is named once where both say so', () => {
    const machine = machineWith({ 4711: { startedAt: '224962', environment: `SAMSPILL_PART_OF=${folder}` } })
    expect(findLeftovers(folder, [postgres], machine)).toEqual([postgres])
  })
})

describe('the start of a process', () => {
  const stat = (state: string): string =>
    `4711 (a (bad) name) ${state} 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 33 0 224962 6349356 358432`

  test('is read past a command with spaces and parentheses', () => {
    expect(startTimeOfStat(stat('S'))).toBe('224962')
  })

  test('is nothing for a process that only waits to be reaped', () => {
    expect(startTimeOfStat(stat('Z'))).toBeUndefined()
  })

  test('tells a process from a later one with its pid', () => {
    expect(isAlive(postgres, () => '224962')).toBe(true)
    expect(isAlive(postgres, () => '224963')).toBe(false)
    expect(isAlive(postgres, () => undefined)).toBe(false)
  })
})
