import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A disk that one broker has for itself, small enough to be filled. */
export interface SmallDisk extends Disposable {
  readonly folder: string
  /** Fills it to the last block. */
  fill(): void
  /** Takes away what filled it. */
  clear(): void
  readonly freeBytes: number
}

/** Mounts a small disk; a sentence that says why not where this machine or user may not. */
export function mountSmallDisk(folder: string, mebibytes: number): SmallDisk | string {
  if (process.platform !== 'linux') return 'a small disk needs Linux: mount a tmpfs there'
  if (process.getuid?.() !== 0) return 'a small disk needs root, who alone may mount a tmpfs'
  mkdirSync(folder, { recursive: true })
  // What an earlier run left behind that was killed.
  spawnSync('umount', ['--lazy', folder])
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { encoding: 'utf8' })
  if (mounted.status !== 0) return `a small disk cannot be mounted here: ${mounted.stderr?.trim() || 'mount failed'}`
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      const piece = Buffer.alloc(1024 * 1024)
      writeFileSync(filler, '')
      for (let size = piece.length; size >= 4096;) {
        try {
          writeFileSync(filler, piece.subarray(0, size), { flag: 'a' })
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
          size /= 4
        }
      }
    },
    clear() {
      truncateSync(filler)
    },
    get freeBytes() {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    },
    [Symbol.dispose]() {
      spawnSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const leastFreeMebibytes = 128

/**
 * Whether further runs may write to it: streams grow by some 18 MiB a run, and a broker whose disk they have filled dies of
 * it, whatever fault the run is about.
 */
export function hasRoom(disk: Pick<SmallDisk, 'freeBytes'> | string): boolean {
  return typeof disk === 'string' || disk.freeBytes >= leastFreeMebibytes * 1024 * 1024
}
