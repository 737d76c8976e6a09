import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { partSeconds } from '../harness/processor-time.ts'
import { createRegister } from '../memory/register.ts'
import { startWithOneEvent } from '../memory/start-with-one-event.ts'

/** V8 goes on compiling for a while what a service did as it started. */
const settleSeconds = 30

/**
 * How much of a core a whole service process takes, and in `also` PostgreSQL and the brokers, while nothing happens: it
 * has handled one event, is a member of its group, and its relay and its retries look for work.
 */
export async function idleService(stage: BenchStage, round: Round, client?: 'kafkajs'): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const register = await createRegister(stage, opened, client)
  const pid = await startWithOneEvent(stage, register, opened)
  await register.database[Symbol.asyncDispose]()
  await wait(settleSeconds * 1000)
  const seconds = round.seconds * 4
  const before = { at: performance.now(), own: runSeconds(pid), postgres: partSeconds(stage, 'postgres') }
  const brokers = partSeconds(stage, 'kafka')
  await wait(seconds * 1000)
  const percent = (spent: number): number => (spent / ((performance.now() - before.at) / 1000)) * 100
  return {
    value: percent(runSeconds(pid) - before.own),
    also: {
      postgres: Math.max(0.01, percent(partSeconds(stage, 'postgres') - before.postgres)),
      brokers: Math.max(0.01, percent(partSeconds(stage, 'kafka') - brokers)),
    },
  }
}

/** Processor time of all threads of a process, in seconds; finer than the hundredths that Linux tells elsewhere. */
function runSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  )
  return nanoseconds.reduce((total, one) => total + one, 0) / 1e9
}
