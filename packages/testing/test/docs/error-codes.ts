import { filesBelow, page } from './pages.ts'

const kebab = /'([a-z0-9]+(?:-[a-z0-9]+)*)'/g
const failureClass = /^(?:HubError|AppendError|DecodeError|StatementError|super)$/

/** Every stable error code in the source, with the files that use it. */
export function errorCodesInSource(): ReadonlyMap<string, ReadonlySet<string>> {
  const files = ['packages', 'services', 'infra', 'faults']
    .flatMap((folder) => filesBelow(folder))
    .filter((file) => /^([^/]+\/[^/]+|faults)\/src\/.*\.ts$/.test(file))
    .map((file) => ({ file, text: withoutComments(page(file).text) }))
  const shared = new Map(files.flatMap(({ text }) => codeTakers(text).filter(([name]) => isExported(name, text))))
  const codes = new Map<string, Set<string>>()
  for (const { file, text } of files) {
    const imported = Array.from(shared).filter(([name]) => isImported(name, text))
    const takers = new Map([['HttpProblem', 1], ...imported, ...codeTakers(text)])
    for (const code of [...codesInCalls(text, takers), ...codesInValues(text)]) {
      codes.set(code, (codes.get(code) ?? new Set()).add(file))
    }
  }
  return codes
}

/** Functions and methods that take a code: their names, and which parameter it is. */
function codeTakers(text: string): readonly (readonly [name: string, position: number])[] {
  return Array.from(
    text.matchAll(/(#?\w+)(?: = |: )?\(([^()]*\bcode: [^()]*)\)/g),
    ([, name = '', parameters = '']) => {
      const position = parameters.split(',').findIndex((parameter) => /^\s*(?:readonly )?code:/.test(parameter))
      return [name, position] as const
    },
  ).filter(([name, position]) => name !== 'constructor' && position >= 0)
}

function isExported(name: string, text: string): boolean {
  return new RegExp(`export (?:const|function) ${name}\\b`).test(text)
}

function isImported(name: string, text: string): boolean {
  return new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\}`).test(text)
}

/** `new HubError('code', …)`, `problem(422, 'code', …)`, `giveUp(entry, 'code', …)`. */
function codesInCalls(text: string, takers: ReadonlyMap<string, number>): readonly string[] {
  return Array.from(text.matchAll(/(?<![\w.]type )(#?\w+)\(/g)).flatMap((call) => {
    const [opening, name = ''] = call
    const position = failureClass.test(name) ? 0 : takers.get(name)
    if (position === undefined) return []
    return literalsIn(parametersAt(text, call.index + opening.length)[position] ?? '')
  })
}

/** `code: 'x'`, `const code = … 'x'`, the members of DecodeCode, and the problems of each HTTP status. */
function codesInValues(text: string): readonly string[] {
  const values = [/\bcode(?:: | = )[^,;{}\n]*/g, /'decode-[a-z-]+'/g, /\b\d{3}: \['[a-z-]+'/g, /\?\? \['[a-z-]+'/g]
  return values.flatMap((value) => Array.from(text.matchAll(value)).flatMap(([found]) => literalsIn(found)))
}

function literalsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(kebab), ([, literal = '']) => literal)
}

/** The parameters of a call, from after its opening bracket on. */
function parametersAt(text: string, start: number): readonly string[] {
  const parameters: string[] = []
  let [from, depth, quote] = [start, 0, '']
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (quote !== '') {
      if (character === '\\') at += 1
      else if (character === quote) quote = ''
    } else if (/['"`]/.test(character)) quote = character
    else if (/[([{]/.test(character)) depth += 1
    else if (/[)\]}]/.test(character)) {
      if (depth === 0) return [...parameters, text.slice(from, at)]
      depth -= 1
    } else if (character === ',' && depth === 0) {
      parameters.push(text.slice(from, at))
      from = at + 1
    }
  }
  return parameters
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}
