import { readdirSync } from 'node:fs'
import { resolve, join } from 'node:path'
import { cloneFolder } from './locations.ts'
import { resetStack } from './stack.ts'

/** Removes stacks called `<prefix><process id>` whose process is gone: it was killed before it could clean up. */
export async function resetLeftStacks(prefix: string): Promise<void> {
  const state = resolve(process.env['SAMSPILL_STATE'] ?? join(cloneFolder, '.samspill'))
  for (const name of namesIn(state)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN
    if (Number.isInteger(pid) && pid > 0 && pid !== process.pid && !isAlive(pid)) await resetStack(name)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
