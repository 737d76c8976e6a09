const width = 120

/** A value as a TypeScript literal, laid out as a formatter would; `column` is where it starts, in characters. */
export function literal(value: unknown, indent = 0, column = indent): string {
  const flat = flatLiteral(value)
  if (column + flat.length + 1 <= width || typeof value !== 'object' || value === null) return flat
  const inner = ' '.repeat(indent + 2)
  if (Array.isArray(value)) {
    const lines = value.map((item) => `${inner}${literal(item, indent + 2)},\n`)
    return `[\n${lines.join('')}${' '.repeat(indent)}]`
  }
  const lines = Object.entries(value).map(([key, item]) => {
    const start = `${inner}${propertyName(key)}:`
    const text = literal(item, indent + 2, start.length + 1)
    const tooLong = typeof item === 'string' && start.length + text.length + 2 > width
    return tooLong ? `${start}\n${inner}  ${text},\n` : `${start} ${text},\n`
  })
  return `{\n${lines.join('')}${' '.repeat(indent)}}`
}

/** A text as a TypeScript string, in single quotes. */
export function quoted(text: string): string {
  const json = JSON.stringify(text)
  if (text.includes("'") && !text.includes('"')) return json
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** A doc comment, wrapped; empty where there is nothing to say. */
export function docComment(text: string | undefined, indent = 0): string {
  const plain = (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('*/', '* /').trim()
  if (plain === '') return ''
  const start = ' '.repeat(indent)
  if (indent + plain.length + 7 <= width) return `${start}/** ${plain} */\n`
  const lines: string[] = []
  let line = ''
  for (const word of plain.split(' ')) {
    if (line !== '' && indent + 3 + line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return `${start}/**\n${lines.map((each) => `${start} * ${each}\n`).join('')}${start} */\n`
}

/** An import of several names, on one line where it fits. */
export function importLine(names: readonly string[], from: string): string {
  const line = `import { ${names.join(', ')} } from '${from}'`
  return line.length <= width
    ? `${line}\n`
    : `import {\n${names.map((name) => `  ${name},\n`).join('')}} from '${from}'\n`
}

function flatLiteral(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, item]) => `${propertyName(key)}: ${flatLiteral(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)
}
