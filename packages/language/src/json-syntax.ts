/** What is wrong with a JSON text: the line, counted from 1, and a sentence. */
export interface SyntaxProblem {
  readonly line: number
  readonly message: string
}

const token = /\s*(?:(?<string>"(?:[^"\\\r\n]|\\.)*")|(?<word>-?\d[\d.eE+-]*|true|false|null)|(?<sign>[{}[\],:]))/y

/**
 * Finds the first thing in a text that is not JSON, or a name that stands twice in one object (JSON.parse takes the
 * last of them in silence). Undefined where the text is fine.
 */
export function jsonSyntaxProblem(text: string): SyntaxProblem | undefined {
  let position = 0
  let previous = 0
  try {
    readValue(0)
    previous = position + text.slice(position).search(/\S|$/)
    if (previous < text.length) fail('The text goes on after its end. Take away what follows the last }.')
    // The scan above knows the shape; escapes and numbers are left to the one that decides.
    JSON.parse(text)
    return undefined
  } catch (error) {
    if (error instanceof Located) return { line: error.line, message: error.message }
    const message = error instanceof Error ? error.message : String(error)
    const line = Number(/\(line (\d+)/.exec(message)?.[1] ?? 1)
    return { line, message: `It is not JSON: ${message.replace(/ in JSON at position.*$/, '')}.` }
  }

  function next(): string {
    token.lastIndex = position
    previous = position
    const match = token.exec(text)
    if (match === null) {
      const rest = text.slice(position)
      const start = position + (rest.length - rest.trimStart().length)
      position = start
      previous = start
      if (rest.trim() === '') fail('The text ends too early. Close what is open: }, ] or ".')
      if (rest.trimStart().startsWith("'")) fail('JSON knows no single quotes. Write double ones.')
      if (/^\s*\/[/*]/.test(rest)) fail('JSON knows no comments. Write it in "doc".')
      fail(`${JSON.stringify(rest.trimStart().slice(0, 1))} cannot stand here. Put text in double quotes.`)
    }
    position = token.lastIndex
    previous = position - match[0].trimStart().length
    return match[0].trimStart()
  }

  function readValue(depth: number): void {
    if (depth > 200) fail('The text is nested too deep to read.')
    const first = next()
    if (first === '{') readObject(depth)
    else if (first === '[') readArray(depth)
    else if (/^[}\],:]$/.test(first)) fail(`A value is missing before "${first}". Write one, or take the comma away.`)
  }

  function readObject(depth: number): void {
    const names = new Set<string>()
    for (let name = next(); name !== '}'; name = next()) {
      if (!name.startsWith('"')) fail(`A name in double quotes must stand here, not "${name}".`)
      if (names.has(name)) fail(`${name} stands twice in the same object. Take one away.`)
      names.add(name)
      if (next() !== ':') fail(`A colon is missing after ${name}.`)
      readValue(depth + 1)
      const after = next()
      if (after === '}') return
      if (after !== ',') fail(`A comma is missing before ${after}.`)
      if (/^\s*\}/.test(text.slice(position))) fail('There is a comma before the closing }. Take it away.')
    }
  }

  function readArray(depth: number): void {
    if (/^\s*\]/.test(text.slice(position))) {
      next()
      return
    }
    for (;;) {
      readValue(depth + 1)
      const after = next()
      if (after === ']') return
      if (after !== ',') fail(`A comma is missing before ${after}.`)
      if (/^\s*\]/.test(text.slice(position))) fail('There is a comma before the closing ]. Take it away.')
    }
  }

  function fail(message: string): never {
    throw new Located(text.slice(0, previous).split('\n').length, message)
  }
}

class Located extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}
