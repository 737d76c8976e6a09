import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { openHubPublishing } from '../harness/hub-publishing.ts'
import { median } from '../harness/statistics.ts'
import { createRegister } from './register.ts'

const perRound = 2_000
const people = 200_000

/**
 * Lets a service work through a backlog of small events and looks at its memory: the most that was resident, in MB, and
 * in `also` how the last quarter of the events compares with the second one (the first is the start).
 */
export async function workThroughBacklog(stage: BenchStage, events: number): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const register = await createRegister(stage, opened)
  const publishing = await openHubPublishing(stage, register, opened)
  for (let written = 0; written < events; written += perRound) {
    const numbers = Array.from({ length: Math.min(perRound, events - written) }, (_, at) => written + at)
    await Promise.all(
      numbers.map((number) => {
        const subject = String(10_000_000_000 + (number % people) * 7)
        return publishing.send(publishing.make({ subject, municipality: '4601' }))
      }),
    )
  }
  const pid = await register.start(opened)
  const started = performance.now()
  const looks: { readonly handled: number; readonly megabytes: number }[] = []
  for (let handled = 0; handled < events; await wait(250)) {
    handled = await register.handled()
    looks.push({ handled, megabytes: residentMegabytes(pid) })
  }
  const seconds = (performance.now() - started) / 1000
  const between = (from: number, to: number): number => {
    const found = looks.filter(({ handled }) => handled >= events * from && handled <= events * to)
    return median(found.map(({ megabytes }) => megabytes))
  }
  return {
    value: Math.max(...looks.map(({ megabytes }) => megabytes)),
    also: { growth: between(0.75, 1) / between(0.25, 0.5), rate: events / seconds },
  }
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}
