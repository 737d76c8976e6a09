import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { HistoryLine } from './history-lines.ts'

/** An append-only file of history lines. What was written stays, however the process ends. */
export interface Journal extends Disposable {
  write(lines: readonly HistoryLine[]): void
}

/** Opens a journal; what stands in it already stays. */
export function openJournal(path: string): Journal {
  const file = openSync(path, 'a')
  return {
    write(lines) {
      if (lines.length > 0) writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    },
    [Symbol.dispose]: () => closeSync(file),
  }
}

/** Reads all journals of a folder. A line that a killed process did not finish is left out. */
export function readJournals(folder: string): HistoryLine[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as HistoryLine),
    )
}
