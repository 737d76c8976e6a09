import { checkLanguage, problemText, readLanguageFiles, staleFiles, writeGenerated } from '@samspill/language'
import { readStack, stackStatus } from '@samspill/local'
import { requireStack } from '../running-stack.ts'
import type { Terminal } from '../terminal.ts'
import { registrarOfStack } from './registrar-of-stack.ts'
import { languageFolder, schemaEntries } from './schema-entries.ts'
import { requireNoneRefused, verdictText } from './verdict-text.ts'

/** What the schema commands need to know. */
export interface SchemaOptions {
  readonly stack: string
  readonly json: boolean
}

/**
 * Says what registration would do: the rules of the language, whether generated code is fresh, and, where a registry
 * runs, whether every schema fits its earlier versions. True when all is well.
 */
export async function checkSchemas(options: SchemaOptions, terminal: Terminal): Promise<boolean> {
  const problems = checkLanguage(await readLanguageFiles(languageFolder))
  const stale = problems.length > 0 ? [] : await staleFiles(languageFolder)
  const registry = (await stackStatus(options.stack)).find((part) => part.name === 'registry' && part.ready)
  const stack = registry === undefined ? undefined : readStack(options.stack)
  const verdicts =
    problems.length > 0 || stack === undefined ? [] : await registrarOfStack(stack).check(await schemaEntries())
  const good = problems.length === 0 && stale.length === 0 && verdicts.every(({ outcome }) => outcome !== 'refused')
  if (options.json) {
    terminal.print(JSON.stringify({ good, problems, stale, registry: registry?.address ?? null, verdicts }))
    return good
  }
  for (const problem of problems) terminal.print(terminal.paint('bad', problemText(problem)))
  for (const { file, why } of stale) {
    const what = why === 'differs' ? 'is not what the schemas say now' : `is ${why}`
    terminal.print(`${terminal.paint('bad', `schemas/${file}`)} ${what}: run \`samspill schemas generate\``)
  }
  if (verdicts.length > 0) terminal.print(verdictText(verdicts, terminal))
  if (problems.length === 0 && registry === undefined) {
    terminal.print(
      'The schemas keep the rules. No registry runs, so earlier versions were not compared: `samspill up` starts one.',
    )
  }
  if (good && registry !== undefined) terminal.print('All schemas can be registered, and the generated code is fresh.')
  return good
}

/** Registers what is new or changed; all or nothing. Throws `schema-refused`, `language-invalid`. */
export async function registerSchemas(options: SchemaOptions, terminal: Terminal): Promise<void> {
  const stack = await requireStack(options.stack, ['registry'])
  const verdicts = await registrarOfStack(stack).register(await schemaEntries())
  requireNoneRefused(verdicts)
  if (options.json) terminal.print(JSON.stringify({ verdicts }))
  else terminal.print(verdictText(verdicts, terminal))
}

/** Writes the TypeScript of the language. Throws `language-invalid`. */
export async function generateCode(options: Pick<SchemaOptions, 'json'>, terminal: Terminal): Promise<void> {
  const changed = await writeGenerated(languageFolder)
  if (options.json) terminal.print(JSON.stringify({ changed }))
  else if (changed.length === 0) terminal.print('The generated code was fresh already.')
  else terminal.print(changed.map(({ file, why }) => `schemas/${file} (was ${why})`).join('\n'))
}
