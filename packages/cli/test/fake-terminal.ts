import type { Terminal } from '../src/terminal.ts'

/** A terminal that keeps what was written to it, without colours. */
export function fakeTerminal(answer?: string): Terminal & { readonly printed: string[]; readonly noted: string[] } {
  const printed: string[] = []
  const noted: string[] = []
  return {
    printed,
    noted,
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    ask: () => Promise.resolve(answer),
    paint: (_style, text) => text,
  }
}
