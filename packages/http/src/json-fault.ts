/** Where a JSON text goes wrong and what should stand there. */
export interface JsonFault {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  readonly expected: string
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const word = /true|false|null/y

/**
 * Finds the first place where a text stops being JSON; undefined where it is JSON. It says where and what is expected,
 * never what stands there. The text must not be nested deeper than the call stack.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let index = text.charCodeAt(0) === 0xfeff ? 1 : 0

  const skipSpace = (): void => {
    while (' \t\n\r'.includes(text.charAt(index)) && index < text.length) index++
  }
  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = index
    if (!pattern.test(text)) return false
    index = pattern.lastIndex
    return true
  }
  const expected = (what: string): never => {
    throw new Fault(index < text.length ? `${what} is expected` : `the text ends where ${what} is expected`)
  }
  const readString = (what: string): void => {
    if (text[index] !== '"') expected(what)
    index++
    while (text[index] !== '"') {
      if (text[index] === '\\') {
        if (!takes(escape)) expected('a valid escape')
      } else if (index >= text.length || text.charCodeAt(index) < 0x20) {
        expected('the closing quote of a string')
      } else {
        index++
      }
    }
    index++
  }
  const readMembers = (close: string, readMember: () => void): void => {
    index++
    skipSpace()
    if (text[index] === close) {
      index++
      return
    }
    for (;;) {
      skipSpace()
      readMember()
      skipSpace()
      if (text[index] === close) break
      if (text[index] !== ',') expected(`a comma or ${close}`)
      index++
    }
    index++
  }
  const readMember = (): void => {
    readString('a name in double quotes')
    skipSpace()
    if (text[index] !== ':') expected('a colon')
    index++
    readValue()
  }
  const readValue = (): void => {
    skipSpace()
    const first = text[index]
    if (first === '{') readMembers('}', readMember)
    else if (first === '[') readMembers(']', readValue)
    else if (first === '"') readString('a value')
    else if (!takes(word) && !takes(number)) expected('a value')
  }

  try {
    readValue()
    skipSpace()
    if (index < text.length) expected('the end of the text')
    return undefined
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const before = text.slice(0, index).split('\n')
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected: error.message }
  }
}

class Fault extends Error {}
