import { styleText } from 'node:util'

/** Where a command writes and what it reads; tests hand in their own. */
export interface Terminal {
  /** Results: standard output. */
  readonly print: (text: string) => void
  /** Progress and errors: standard error. */
  readonly note: (text: string) => void
  /** Asks a question and reads one line; undefined where nobody can answer. */
  readonly ask: (question: string) => Promise<string | undefined>
  readonly paint: (style: Style, text: string) => string
}

/** How a piece of text looks where the terminal shows colours. */
export type Style = 'good' | 'bad' | 'dim' | 'strong'

const formats = { good: 'green', bad: 'red', dim: 'dim', strong: 'bold' } as const

/** The terminal of this process. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', passOverClosedPipe)
  return {
    print: (text) => void process.stdout.write(`${withoutControls(text)}\n`),
    note: (text) => void process.stderr.write(`${withoutControls(text)}\n`),
    ask: async (question) => {
      if (!process.stdin.isTTY) return undefined
      const { createInterface } = await import('node:readline/promises')
      const reader = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await reader.question(question)
      } catch (error) {
        // Ctrl-C and Ctrl-D are an answer too: not the one that was asked for.
        if (error instanceof Error && error.name === 'AbortError') return ''
        throw error
      } finally {
        reader.close()
      }
    },
    paint: (style, text) => styleText(formats[style], text, { stream: process.stdout }),
  }
}

/** Whoever reads no further, as `head` does, ends neither a redrive in the middle nor the command with a stack trace. */
function passOverClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/**
 * Text in which nothing but colours and line breaks commands the terminal: ids and reasons come from outside. What is left
 * out stands there as JSON would write it.
 */
export function withoutControls(text: string): string {
  return text.replace(coloursAndControls, (found) =>
    found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const escape = String.fromCharCode(27)
const coloursAndControls = new RegExp(`${escape}\\[\\d+m|[^\\P{Cc}\\n\\t]`, 'gu')

/** Rows as text columns, as wide as their widest cell; the last column runs free. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))))
    .map((row) => row.join('  ').trimEnd())
    .join('\n')
}
