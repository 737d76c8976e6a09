import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const drawers = ['util', 'utils', 'helper', 'helpers', 'common', 'lib', 'misc', 'types']
const mostLines = 300
const passedOver = ['node_modules', '.git', '.turbo', '.samspill', 'coverage', 'dist']

/** The rules that no linter knows: names that say nothing, files too long to read, doors inside a package. */
export function breaches(root: string): string[] {
  return filesBelow(root).flatMap((path) => {
    const file = relative(root, path)
    return [...nameBreaches(file), ...doorBreaches(file), ...lengthBreaches(file, path)]
  })
}

function nameBreaches(file: string): string[] {
  const names = file.split('/').map((part) => part.replace(/\..*$/, ''))
  const drawer = names.find((name) => drawers.includes(name))
  if (drawer === undefined) return []
  return [`${file}: "${drawer}" is a drawer that fills with anything. Name what is in it.`]
}

/** A barrel inside a package makes cycles, and hides what the package offers. */
function doorBreaches(file: string): string[] {
  if (basename(file) !== 'index.ts' || /^(schemas|(packages|services|infra)\/[^/]+)\/src\/index\.ts$/.test(file))
    return []
  return [`${file}: a package has one index.ts, its door. Import from the files themselves inside the package.`]
}

function lengthBreaches(file: string, path: string): string[] {
  if (!/\.(ts|mjs|sql|avsc)$/.test(file) || file.startsWith('schemas/src/')) return []
  const lines = readFileSync(path, 'utf8').split('\n').length - 1
  if (lines <= mostLines) return []
  return [`${file}: ${lines} lines, ${mostLines} are the most. Find the second concept in it and give it a file.`]
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (passedOver.includes(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = breaches(dirname(dirname(fileURLToPath(import.meta.url))))
  for (const breach of found) console.log(breach)
  process.exitCode = found.length === 0 ? 0 : 1
}
