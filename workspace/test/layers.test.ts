import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Imports that break a layer, each with a part of the sentence that says why. */
const forbidden: readonly [file: string, imported: string, why: string][] = [
  ['packages/contracts/src/event.ts', '@samspill/telemetry', 'imports nothing of the hub'],
  ['packages/telemetry/src/log.ts', '@samspill/config', 'The kernel imports contracts only'],
  ['packages/kafka/src/lanes.ts', '@samspill/postgres', 'never another adapter'],
  ['packages/avro/src/codec.ts', '@samspill/service', 'never another adapter'],
  ['packages/http/test/app.test.ts', '@samspill/avro', 'never another adapter'],
  ['packages/service/src/run.ts', '@samspill/schemas', 'The kit imports the kernel and the adapters'],
  ['packages/language/src/generate.ts', '@samspill/kafka', 'needs contracts and avro only'],
  ['packages/cli/src/program.ts', '@samspill/ingress', 'it never imports one'],
  ['infra/local/src/stack.ts', '@samspill/service', 'talks to them from outside'],
  ['schemas/src/index.ts', '@samspill/avro', 'must not need the hub'],
  ['services/career-guidance/src/service.ts', '@samspill/wage-compensation', 'never another service'],
  ['services/career-guidance/src/service.ts', '@samspill/kafka', 'the kit does that work'],
  ['services/career-guidance/src/service.ts', '@samspill/http', 'the kit does that work'],
  ['services/career-guidance/src/service.ts', 'pg', 'stand behind their adapters'],
  ['services/career-guidance/src/service.ts', '@samspill/testing', 'the kit does that work'],
  ['services/layoff-notices/src/routes.ts', '@samspill/postgres', 'never another service, and never kafka'],
  ['services/ingress/src/door.ts', '@samspill/postgres', 'the adapters it stands on'],
  ['services/ingress/src/door.ts', '@samspill/kafka/src/lanes.ts', 'A package has one door'],
  ['packages/service/src/run.ts', '../../kafka/src/lanes.ts', 'behind its door'],
  ['faults/src/main.ts', '@samspill/career-guidance', 'bring services of their own'],
  ['faults/src/main.ts', '@samspill/kafka/src/lanes.ts', 'A package has one door'],
]

const allowed: readonly [file: string, imported: string][] = [
  ['packages/telemetry/src/log.ts', '@samspill/contracts'],
  ['packages/kafka/src/lanes.ts', '@samspill/telemetry'],
  ['packages/kafka/src/lanes.ts', './lane.ts'],
  ['packages/kafka/test/lanes.test.ts', '../src/lanes.ts'],
  ['packages/service/src/run.ts', '@samspill/postgres'],
  ['services/career-guidance/src/service.ts', '@samspill/schemas'],
  ['services/career-guidance/test/service.test.ts', '@samspill/testing'],
  ['services/layoff-notices/src/routes.ts', '@samspill/http'],
  ['services/ingress/src/door.ts', '@samspill/kafka'],
  ['packages/testing/src/country.ts', '@samspill/service'],
  ['faults/src/main.ts', '@samspill/ingress'],
  ['faults/src/main.ts', '@samspill/kafka'],
]

describe('the layer rules of the linter', () => {
  let folder: string
  let complaints: ReadonlyMap<string, string>

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'samspill-layers-'))
    complaints = lint(folder)
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(forbidden)('refuse that %s imports %s: "%s"', (file, imported, why) => {
    expect(complaints.get(nameOf(file, imported))).toContain(why)
  })

  test.each(allowed)('let %s import %s', (file, imported) => {
    expect(complaints.get(nameOf(file, imported))).toBeUndefined()
  })
})

/** Lints one file per import in a folder laid out like this one, and gives each file's complaints. */
function lint(folder: string): ReadonlyMap<string, string> {
  const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as Record<string, unknown>
  const rules = { ...config, options: {}, ignorePatterns: [] }
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(rules))
  for (const [file, imported] of [...forbidden, ...allowed]) {
    const path = join(folder, nameOf(file, imported))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `export { thing } from '${imported}'\n`)
  }
  const complaints = new Map<string, string>()
  for (const { filename, message, help } of diagnosticsIn(folder)) {
    complaints.set(filename, `${complaints.get(filename) ?? ''}${message} ${help ?? ''}\n`)
  }
  return complaints
}

interface Diagnostic {
  readonly filename: string
  readonly message: string
  readonly help?: string
}

function diagnosticsIn(folder: string): readonly Diagnostic[] {
  const words = [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', '.']
  const { stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics
}

/** The file as it is laid out for the linter: one folder deeper, named after what it imports. */
function nameOf(file: string, imported: string): string {
  const name = imported.replace(/[^a-z]+/g, '-')
  return join(dirname(file), `${name}-from-${file.split('/').at(-1)}`)
}
