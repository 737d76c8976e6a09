import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { lock } from '../machine/file-lock.ts'
import { timed, type OnProgress } from '../progress.ts'

/** Something that is downloaded or built once and then used from the cache. */
export interface Installation {
  readonly part: string
  readonly version: string
  /** The folder of all installations; this one lands in `<folder>/<part>-<version>`. */
  readonly folder: string
  readonly onProgress: OnProgress
  /** Puts everything into an empty folder beside the final one. */
  readonly install: (folder: string) => Promise<void>
}

/**
 * The folder of an installation, made if it is not there. It appears whole or not at all, and two processes that want
 * it at once make it once.
 */
export async function installOnce(installation: Installation): Promise<string> {
  const { part, version, folder, onProgress } = installation
  const target = join(folder, `${part}-${version}`)
  if (existsSync(target)) return target
  const waiting = { part, step: 'waiting for another process that is installing it' }
  using _lock = await lock(join(folder, `${part}-${version}.lock`), () => onProgress(waiting))
  if (existsSync(target)) return target
  await removeHalves(target)
  await timed(onProgress, part, { doing: `installing ${version}`, done: `installed ${version}` }, async () => {
    await mkdir(dirname(target), { recursive: true })
    const half = await mkdtemp(`${target}.half-`)
    try {
      await installation.install(half)
      await rename(half, target)
    } catch (error) {
      await rm(half, { recursive: true, force: true })
      throw error
    }
  })
  return target
}

/** What a process that was killed left behind; nobody else can be at it, since the lock is ours. */
async function removeHalves(target: string): Promise<void> {
  const folder = dirname(target)
  const halves = (await readdir(folder)).filter((name) => join(folder, name).startsWith(`${target}.half-`))
  await Promise.all(halves.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}
