import { writeGenerated } from '@samspill/language'
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
