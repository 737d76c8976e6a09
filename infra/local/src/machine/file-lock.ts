import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Takes a lock that the kernel gives back when the process ends, however it ends. Undefined when another process
 * holds it. (SQLite's lock on a database file: Node has no flock of its own.)
 */
export function tryLock(path: string): Disposable | undefined {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    database.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}

/** Waits for a lock; `onWait` is called once when another process holds it. */
export async function lock(path: string, onWait: () => void): Promise<Disposable> {
  for (let attempt = 0; ; attempt += 1) {
    const held = tryLock(path)
    if (held) return held
    if (attempt === 0) onWait()
    await delay(250)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked|SQLITE_BUSY/.test(error.message)
}
