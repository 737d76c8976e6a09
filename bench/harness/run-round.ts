import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Measured } from './bench.ts'
import type { RoundAnswer, RoundOrder } from './contender-process.ts'

const program = join(import.meta.dirname, 'contender-process.ts')

/** Runs one round of one contender in a process of its own. Throws where it fails, is too slow, or the run is stopped. */
export async function runRound(
  order: RoundOrder,
  options: { readonly limitSeconds: number; readonly profiles: string | undefined; readonly signal: AbortSignal },
): Promise<Measured> {
  const { signal, limitSeconds, profiles } = options
  signal.throwIfAborted()
  const child = fork(program, [], {
    // A group of its own: what it starts is ended with it, and Ctrl-C reaches it through us only.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    execArgv: profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
    env: { ...process.env, ...order.stage.environment, SAMSPILL_STACK: order.stage.stack },
  })
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitSeconds * 1000)])
  const end = (): void => endGroup(child)
  limit.addEventListener('abort', end)
  process.on('exit', end)
  try {
    const answer = await answerOf(child, order)
    signal.throwIfAborted()
    if (limit.aborted) throw new Error(`${order.contender}: a round took longer than ${limitSeconds} s`)
    if ('failure' in answer) throw new Error(`${order.contender}: ${answer.failure}`)
    return answer.measured
  } finally {
    limit.removeEventListener('abort', end)
    process.off('exit', end)
    endGroup(child)
  }
}

function answerOf(child: ChildProcess, order: RoundOrder): Promise<RoundAnswer> {
  return new Promise((resolve) => {
    let answer: RoundAnswer = { failure: 'its process ended without an answer' }
    child.on('message', (message) => {
      answer = message as RoundAnswer
    })
    child.on('error', (error) => resolve({ failure: error.message }))
    // A contender that leaves something open does not end by itself: its answer is enough, unless a profile is awaited.
    child.on('disconnect', () => setTimeout(() => endGroup(child), 2_000).unref())
    child.on('exit', () => resolve(answer))
    child.send(order)
  })
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // All of the group have ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
