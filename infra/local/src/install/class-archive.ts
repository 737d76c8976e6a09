import { existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { JavaRuntime } from './java.ts'

/** Classes that Java has loaded and checked before: with them a program starts in half the time. */
export interface ClassArchive {
  /** What Java is told: use the archive, or write one when the program ends. */
  readonly flags: readonly string[]
  /** Keeps what the program wrote when it ended, for all stacks; to be called when it has ended by itself. */
  readonly keep: () => Promise<void>
}

/** The archive of one program on one Java; `folder` is where this stack's program may write. */
export function classArchive(cache: string, program: string, runtime: JavaRuntime, folder: string): ClassArchive {
  const kept = join(cache, 'class-archives', `${program}-java-${runtime.version}.jsa`)
  if (existsSync(kept))
    return { flags: [`-XX:SharedArchiveFile=${kept}`, '-Xlog:cds=off'], keep: () => Promise.resolve() }
  const written = join(folder, `${program}.jsa`)
  return {
    flags: [`-XX:ArchiveClassesAtExit=${written}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
    keep: async () => {
      if (!existsSync(written) || existsSync(kept)) return
      await mkdir(dirname(kept), { recursive: true })
      // The cache may lie on another disk, where a file cannot be renamed to.
      const half = `${kept}.${process.pid}.${basename(folder)}`
      await copyFile(written, half)
      await rename(half, kept)
      await rm(written)
    },
  }
}
