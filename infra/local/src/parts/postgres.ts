import { existsSync, readFileSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../install/run-command.ts'
import { installPostgres, postgresVersion } from '../install/postgres.ts'
import { databaseHome, type DatabaseHome } from '../machine/database-home.ts'
import { cacheFolder, type StackLocations } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import type { Secrets } from '../secrets.ts'
import type { Launch, Part } from './part.ts'
import { probeConnection } from './probes.ts'

const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
# A batch takes one advisory lock per subject; the default table is full near 14,500 of them.
max_locks_per_transaction = 1024
# Handlers may lock shared rows in opposite orders; the sooner it shows, the sooner the batch runs again.
deadlock_timeout = 200ms
shared_buffers = 256MB
max_wal_size = 2GB
log_line_prefix = '%m [%p] '
timezone = 'UTC'
log_timezone = 'UTC'
`

/** PostgreSQL with the databases `samspill` and `registry`. */
export function postgresPart(options: {
  readonly locations: StackLocations
  readonly secrets: Secrets
  readonly port: number
  readonly onProgress: OnProgress
}): Part {
  const { locations, secrets, port, onProgress } = options
  const home = databaseHome(locations, cacheFolder(process.env))
  const data = join(home.dataFolder, 'data')
  const install = (): Promise<string> => installPostgres(home.binaryFolder, onProgress)
  return {
    name: 'postgres',
    version: postgresVersion,
    address: `postgres://samspill@127.0.0.1:${port}/samspill`,
    install: async () => void (await install()),
    launch: async (): Promise<Launch> => {
      const binaries = join(await install(), 'bin')
      if (!existsSync(data)) await initialise(home, binaries, secrets)
      return {
        file: join(binaries, 'postgres'),
        parameters: ['-D', data, '-p', String(port)],
        folder: data,
        environment: {},
        ...(home.user === undefined ? {} : { user: home.user }),
      }
    },
    probe: async () => (isReady(data) ? await probeConnection(port) : 'PostgreSQL is starting'),
    // "Fast": ends open sessions, writes a checkpoint.
    stopSignal: 'SIGINT',
    stopMilliseconds: 15_000,
    startMilliseconds: 60_000,
  }
}

/** Removes a stack's database files, wherever they lie. */
export async function removeDatabase(locations: StackLocations): Promise<void> {
  await rm(databaseHome(locations, cacheFolder(process.env)).dataFolder, { recursive: true, force: true })
}

async function initialise(home: DatabaseHome, binaries: string, secrets: Secrets): Promise<void> {
  await mkdir(home.dataFolder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(home.dataFolder)) {
    if (name.startsWith('half-')) await rm(join(home.dataFolder, name), { recursive: true })
  }
  const half = join(home.dataFolder, `half-${process.pid}`)
  const passwordFile = join(home.dataFolder, 'half-password')
  await writeFile(passwordFile, secrets.databasePassword, { mode: 0o600 })
  if (home.user !== undefined) {
    const { uid, gid } = home.user
    await Promise.all([home.dataFolder, passwordFile].map((path) => chown(path, uid, gid)))
  }
  const options = { ...home.user, cwd: home.dataFolder, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } }
  const parameters = ['--username=samspill', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8']
  await runCommand(
    join(binaries, 'initdb'),
    ['-D', half, ...parameters, '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync'],
    options,
  )
  await rm(passwordFile)
  await appendFile(join(half, 'postgresql.conf'), settings)
  const statements = [
    'create database samspill',
    `create role registry login password '${secrets.registryDatabasePassword}'`,
    'create database registry owner registry',
    'revoke connect on database samspill from public',
    'revoke connect on database registry from public',
  ]
  const input = `${statements.join('\n')}\n`
  await runCommand(join(binaries, 'postgres'), ['--single', '-D', half, 'postgres'], { ...options, input })
  await chmod(half, 0o700)
  await rename(half, join(home.dataFolder, 'data'))
}

/** The server writes its state into the last line of postmaster.pid. */
function isReady(data: string): boolean {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').trimEnd().endsWith('ready')
  } catch {
    // Not there before the start.
    return false
  }
}
