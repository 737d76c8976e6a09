import { join } from 'node:path'
import type { SchemaEntry } from '@samspill/avro'
import { cloneFolder } from '@samspill/local'
import { readLanguage } from '@samspill/language'

/** Where the published language lies. */
export const languageFolder: string = join(cloneFolder, 'schemas')

/** Every schema of the language under its registry subject. Throws `language-invalid` with all problems. */
export async function schemaEntries(folder: string = languageFolder): Promise<readonly SchemaEntry[]> {
  const language = await readLanguage(folder)
  return language.eventTypes.map(({ stream, type, schema }) => ({ subject: `${stream}-${type}`, schema }))
}
