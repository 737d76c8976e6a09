import { isUtf8 } from 'node:buffer'
import { findJsonFault } from './json-fault.ts'
import { problem } from './problem.ts'

/** Deeper than any contract goes, shallower than any stack. */
const deepest = 64

/**
 * Reads a JSON body. Throws HttpProblem 400 for invalid UTF-8, malformed JSON (line and column, never the content) and
 * nesting deeper than 64 levels. A key `__proto__` becomes an own property like any other.
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw problem(400, 'body-not-utf8', 'The body is not valid UTF-8. Send JSON as UTF-8.')
  if (isTooDeep(body)) {
    throw problem(400, 'json-too-deep', `The JSON is nested deeper than ${deepest} levels. Send it flatter.`)
  }
  const text = body.toString('utf8')
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    // The parser's own message quotes the body, and so may quote a person's number.
    const fault = findJsonFault(text)
    const place = fault === undefined ? '' : ` at line ${fault.line}, column ${fault.column}: ${fault.expected}`
    throw problem(400, 'json-malformed', `The body is not valid JSON${place}.`)
  }
}

function isTooDeep(body: Buffer): boolean {
  let depth = 0
  for (let index = 0; index < body.length; index++) {
    const byte = body[index]
    if (byte === quote) {
      index = endOfString(body, index)
    } else if (byte === openBrace || byte === openBracket) {
      depth++
      if (depth > deepest) return true
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--
    }
  }
  return false
}

function endOfString(body: Buffer, start: number): number {
  let end = start + 1
  while (end < body.length && body[end] !== quote) end += body[end] === backslash ? 2 : 1
  return end
}

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
