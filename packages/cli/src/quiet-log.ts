import type { Terminal } from './terminal.ts'

/** A log for the clients a command opens: only errors are worth a line beside the command's own answer. */
export function quietLog(terminal: Pick<Terminal, 'note'>): QuietLog {
  const nothing = (): void => undefined
  return { debug: nothing, info: nothing, warn: nothing, error: (message) => terminal.note(`  ${message}`) }
}

/** As much of a log as Kafka's and PostgreSQL's clients need. */
export interface QuietLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
