import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchStage } from '../harness/bench-stage.ts'

/** What answers: ingress, express alone, or express with one kafkajs send per request. */
export type DoorKind = 'hub' | 'express' | 'naive'

/** A server in a process of its own; disposing of it ends it. */
export interface Door extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

const programs: Readonly<Record<DoorKind, string>> = {
  hub: join(import.meta.dirname, '../../services/ingress/src/main.ts'),
  express: join(import.meta.dirname, 'express-door.ts'),
  naive: join(import.meta.dirname, 'express-door.ts'),
}

/** Starts a door and waits until it is ready. With `--profile` it is profiled as its contender is. */
export async function openDoor(kind: DoorKind, stage: BenchStage): Promise<Door> {
  const child = fork(programs[kind], [kind], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...stage.environment, SAMSPILL_HTTP_PORT: '0', SAMSPILL_TRACED_PERCENT: '1' },
  })
  await using opened = new AsyncDisposableStack()
  opened.defer(() => end(child))
  const url = await addressOf(child)
  if (kind === 'hub') while ((await fetch(`${url}/health/ready`)).status !== 200) await wait(50)
  const { pid = 0 } = child
  const started = opened.move()
  return { url, pid, [Symbol.asyncDispose]: () => started.disposeAsync() }
}

/** Each door logs where it listens, in the hub's own form. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('a door has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const { address } = JSON.parse(line) as { readonly address?: string }
    if (address === undefined) continue
    child.stdout.resume()
    return address
  }
  throw new Error('a door ended before it listened')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
