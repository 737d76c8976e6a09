import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cloneFolder } from '../locations.ts'

/** The Node that npm pinned for this clone, whatever Node the machine has; else the one that runs now. */
export function pinnedNode(): string {
  const packages = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
  const pinned = packages.map((name) => join(cloneFolder, 'node_modules', name, 'bin/node')).find(existsSync)
  return pinned ?? process.execPath
}
