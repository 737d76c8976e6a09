import type { Verdict } from '@samspill/avro'
import {
  breakingChanges,
  checkLanguage,
  problemText,
  readLanguageFiles,
  staleFiles,
  type Problem,
  type StaleFile,
} from '@samspill/language'
import { readStack, stackStatus, type StackFile } from '@samspill/local'
import { requireStack } from '../running-stack.ts'
import type { Terminal } from '../terminal.ts'
import { languageAtCommit } from './language-at-commit.ts'
import { registrarOfStack } from './registrar-of-stack.ts'
import { languageFolder, schemaEntries } from './schema-entries.ts'
import { verdictText } from './verdict-text.ts'

/** What a check is told. */
export interface CheckOptions {
  readonly stack: string
  readonly json: boolean
  /** `registry`, or a git reference. Undefined: the stack's registry where one runs. */
  readonly against?: string | undefined
}

/** What earlier versions were compared, and what came of it. */
type Comparison =
  | { readonly with: 'nothing' }
  | {
      readonly with: 'registry'
      readonly address: string
      readonly verdicts: readonly Verdict[]
      /** Registered event types without a file. */
      readonly leftOut: readonly string[]
    }
  | { readonly with: 'commit'; readonly commit: string; readonly changes: readonly Problem[] }

interface Findings {
  readonly good: boolean
  readonly problems: readonly Problem[]
  readonly stale: readonly StaleFile[]
  readonly compared: Comparison
}

/**
 * Says whether the published language may become what it is now: the rules of the language, whether generated code is
 * fresh, and whether every schema fits its earlier versions, in the registry or at a commit. What it says of the
 * registry is what registration would do. True when all is well. Throws `stack-not-running` where it is to compare with
 * a registry and none runs, `git-reference-unknown`, `git-unavailable`.
 */
export async function checkSchemas(options: CheckOptions, terminal: Terminal): Promise<boolean> {
  const findings = await find(options)
  if (options.json) terminal.print(JSON.stringify(reportOf(findings)))
  else tell(findings, terminal)
  return findings.good
}

async function find({ stack, against }: CheckOptions): Promise<Findings> {
  const files = await readLanguageFiles(languageFolder)
  const problems = checkLanguage(files)
  const stale = problems.length > 0 ? [] : await staleFiles(languageFolder)
  let compared: Comparison = { with: 'nothing' }
  if (against !== undefined && against !== 'registry') {
    const { commit, files: earlier } = await languageAtCommit(languageFolder, against)
    // Of a language that breaks rules nobody can say yet what it will be.
    compared = { with: 'commit', commit, changes: problems.length > 0 ? [] : breakingChanges(earlier, files) }
  } else {
    const running = against === 'registry' ? await requireStack(stack, ['registry']) : await stackWithRegistry(stack)
    if (running !== undefined) {
      const registrar = registrarOfStack(running)
      const entries = problems.length > 0 ? [] : await schemaEntries()
      const verdicts = await registrar.check(entries)
      const leftOut = await registrar.leftOut(entries)
      compared = { with: 'registry', address: running.environment['SAMSPILL_REGISTRY'] ?? '', verdicts, leftOut }
    }
  }
  const good = problems.length === 0 && stale.length === 0 && isGood(compared)
  return { good, problems, stale, compared }
}

async function stackWithRegistry(name: string): Promise<StackFile | undefined> {
  const runs = (await stackStatus(name)).some((part) => part.name === 'registry' && part.ready)
  return runs ? readStack(name) : undefined
}

function isGood(compared: Comparison): boolean {
  switch (compared.with) {
    case 'nothing':
      return true
    case 'registry':
      return compared.verdicts.every(({ outcome }) => outcome !== 'refused')
    case 'commit':
      return compared.changes.length === 0
  }
}

function reportOf({ good, problems, stale, compared }: Findings): object {
  return {
    good,
    problems,
    stale,
    registry: compared.with === 'registry' ? compared.address : null,
    verdicts: compared.with === 'registry' ? compared.verdicts : [],
    leftOut: compared.with === 'registry' ? compared.leftOut : [],
    commit: compared.with === 'commit' ? compared.commit : null,
    changes: compared.with === 'commit' ? compared.changes : [],
  }
}

function tell({ good, problems, stale, compared }: Findings, terminal: Terminal): void {
  for (const problem of problems) terminal.print(terminal.paint('bad', problemText(problem)))
  for (const { file, why } of stale) {
    const what = why === 'differs' ? 'is not what the schemas say now' : `is ${why}`
    terminal.print(`${terminal.paint('bad', `schemas/${file}`)} ${what}: run \`samspill schemas generate\``)
  }
  if (problems.length > 0) {
    terminal.print('Earlier versions were not compared: mend the files first.')
    return
  }
  switch (compared.with) {
    case 'nothing':
      terminal.print(
        'The schemas keep the rules. No registry runs, so earlier versions were not compared: `samspill up` starts one, and `--against <commit>` compares with a commit.',
      )
      return
    case 'registry':
      terminal.print(verdictText(compared.verdicts, terminal))
      for (const subject of compared.leftOut) terminal.print(terminal.paint('bad', `${subject}  ${withoutFile}`))
      if (good) terminal.print('All schemas can be registered, and the generated code is fresh.')
      return
    case 'commit':
      for (const change of compared.changes) terminal.print(terminal.paint('bad', problemText(change)))
      if (compared.changes.length > 0) terminal.print(wayOut)
      if (good) {
        terminal.print(
          `Whoever reads or writes the language of ${compared.commit.slice(0, 12)} can go on as before, and the generated code is fresh.`,
        )
      }
  }
}

const withoutFile =
  'registered, and its file is gone: services may read it. Keep the file for as long as one does; `--against <commit>` refuses this'

const wayOut =
  'Readers and writers of the earlier version would fail. Change it so that old and new understand each other (new fields nullable with default null), or publish a new event type beside the old (….v2.avsc).'
