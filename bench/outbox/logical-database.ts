import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'

/** A PostgreSQL server whose log can be decoded. Disposing it stops it and removes its data. */
export interface LogicalDatabase extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** A folder of its own, for what goes with it. */
  readonly folder: string
}

/**
 * Starts a second server beside the stack's own, of the same programs and with the same settings but for
 * `wal_level=logical`: for a contender that reads the log, so that the others do not pay for what only it needs.
 */
export async function startLogicalDatabase(stage: BenchStage): Promise<LogicalDatabase> {
  const { binaries, user } = serverOf(stage)
  const folder = await mkdtemp(join(tmpdir(), 'samspill-logical-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rm(folder, { recursive: true }))
  await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const as = { ...user, cwd: folder, env: { LC_ALL: 'C', TZ: 'UTC' } }
  await promisify(execFile)(
    join(binaries, 'initdb'),
    ['-D', data, '--username=samspill', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    as,
  )
  const port = await freePort()
  const settings = [
    'wal_level=logical',
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
  ]
  const alike = ['max_locks_per_transaction=1024', 'shared_buffers=256MB', 'max_wal_size=2GB', 'timezone=UTC']
  const words = ['-D', data, '-p', String(port), ...[...settings, ...alike].flatMap((setting) => ['-c', setting])]
  const server = spawn(join(binaries, 'postgres'), words, { ...as, stdio: 'ignore' })
  const ended = once(server, 'exit')
  opened.defer(async () => {
    server.kill('SIGINT')
    await ended
  })
  const url = `postgres://samspill@127.0.0.1:${port}/postgres`
  await answers(url)
  const owned = opened.move()
  return { url, pid: server.pid ?? 0, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Where the programs of the stack's own server lie, and who runs it. */
function serverOf(stage: BenchStage): { binaries: string; user: { uid: number; gid: number } } {
  const server = stage.parts.find(({ name, pid }) => name === 'postgres' && pid !== undefined)
  if (server === undefined) throw new Error('the stack has no PostgreSQL that runs')
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  const idOf = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return {
    binaries: dirname(readlinkSync(`/proc/${server.pid}/exe`)),
    user: { uid: idOf('Uid'), gid: idOf('Gid') },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}

async function answers(url: string): Promise<void> {
  const until = performance.now() + 30_000
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await wait(100)
    }
  }
}
