import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file so that a reader sees the old text or the new one, never a half. */
export function writeFileWhole(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true })
  const half = `${file}.${process.pid}`
  writeFileSync(half, text, { mode })
  renameSync(half, file)
}
