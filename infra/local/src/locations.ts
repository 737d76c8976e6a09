import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The name of the stack that is meant where none is named. */
export const defaultStackName = 'default'

/** The folder of the clone this code lies in. */
export const cloneFolder: string = resolve(import.meta.dirname, '../../..')

/** Where one stack keeps what it knows; absolute paths. */
export interface StackLocations {
  readonly name: string
  /** `<clone>/.samspill/<stack>`, or under SAMSPILL_STATE. */
  readonly folder: string
  /** Parts with their addresses, and the environment for services. */
  readonly stackFile: string
  /** Passwords and key secrets, made once. */
  readonly secretsFile: string
  /** Held by the keeper as long as it lives. */
  readonly lockFile: string
  /** The keeper's control channel. */
  readonly socket: string
  readonly logs: string
}

/** Tells where the stack of that name keeps its files. */
export function stackLocations(name: string, environment: NodeJS.ProcessEnv): StackLocations {
  const state = resolve(environment.SAMSPILL_STATE ?? join(cloneFolder, '.samspill'))
  const folder = join(state, name)
  return {
    name,
    folder,
    stackFile: join(folder, 'stack.json'),
    secretsFile: join(folder, 'secrets.json'),
    lockFile: join(folder, 'keeper.lock'),
    socket: socketPath(folder),
    logs: join(folder, 'logs'),
  }
}

/** Where downloads and builds are kept between clones. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'samspill')
}

/** A short text that tells this folder from others. */
export function keyOfFolder(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12)
}

function socketPath(folder: string): string {
  const wanted = join(folder, 'control.sock')
  // The kernel takes at most 108 bytes (104 on macOS) for a socket's path.
  return Buffer.byteLength(wanted) < 100 ? wanted : join(tmpdir(), `samspill-${keyOfFolder(folder)}`, 'control.sock')
}
