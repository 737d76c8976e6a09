import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { keyOfFolder, type StackLocations } from '../locations.ts'

/** Where PostgreSQL's programs and data lie, and who runs it. */
export interface DatabaseHome {
  /** The folder of installations, readable for the user. */
  readonly binaryFolder: string
  /** This stack's own folder. */
  readonly dataFolder: string
  /** PostgreSQL refuses to run as root, so root runs it as somebody else. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

/** What root uses where the clone or the home folder is closed to others. */
const sharedFolder = '/var/lib/samspill'

/**
 * Chooses the folders for PostgreSQL: the stack's folder and the cache; as root, where another user cannot reach
 * those, folders under /var/lib/samspill.
 */
export function databaseHome(locations: StackLocations, cache: string): DatabaseHome {
  const dataFolder = join(locations.folder, 'postgres')
  if (process.getuid?.() !== 0) return { binaryFolder: cache, dataFolder }
  const own = join(sharedFolder, `stack-${locations.name}-${keyOfFolder(locations.folder)}`)
  return {
    binaryFolder: isReachableByOthers(cache, modeOf) ? cache : sharedFolder,
    dataFolder: isReachableByOthers(locations.folder, modeOf) ? dataFolder : own,
    user: unprivilegedUser(),
  }
}

/** Tells whether another user may pass through a folder and all folders above it; those not made yet will be open. */
export function isReachableByOthers(folder: string, mode: (folder: string) => number | undefined): boolean {
  const here = mode(folder)
  if (here !== undefined && (here & 0o001) === 0) return false
  const above = dirname(folder)
  return above === folder || isReachableByOthers(above, mode)
}

function modeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.mode
}

function unprivilegedUser(): { readonly uid: number; readonly gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((option) => idOf(option, name))
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  return { uid: 65_534, gid: 65_534 }
}

function idOf(option: string, name: string): number | undefined {
  try {
    return Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    // There is no such user here.
    return undefined
  }
}
