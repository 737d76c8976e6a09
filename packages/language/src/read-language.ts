import { checkParsed } from './check-language.ts'
import { isJsonObject } from './json.ts'
import type { AgencyDescription, EventTypeDescription, Language, RecordSchema, StreamDescription } from './language.ts'
import { readLanguageFiles, type LanguageFiles } from './language-files.ts'
import { parseLanguage, type ParsedFile } from './parse-language.ts'
import { LanguageInvalid } from './problem.ts'

/**
 * Reads the published language in a folder as plain data. Throws `language-not-found`, or `language-invalid` with
 * every problem that `checkLanguage` finds.
 */
export async function readLanguage(folder: string): Promise<Language> {
  return languageOf(await readLanguageFiles(folder))
}

/** The language that the files describe. Throws `language-invalid`. */
export function languageOf(files: LanguageFiles): Language {
  const parsed = parseLanguage(files)
  const problems = checkParsed(parsed)
  if (problems.length > 0) throw new LanguageInvalid(problems)
  return {
    agencies: parsed.agencies.map((file) => ({
      id: file.agency,
      file: file.file,
      ...(contentOf(file) as unknown as Omit<AgencyDescription, 'id' | 'file'>),
    })),
    streams: parsed.streams.map((file) => ({
      name: `${file.agency}.${file.stream}`,
      agency: file.agency,
      id: file.stream,
      file: file.file,
      ...(contentOf(file) as unknown as Omit<StreamDescription, 'name' | 'agency' | 'id' | 'file'>),
    })),
    eventTypes: parsed.schemas.map((file) => eventType(file)),
  }
}

function eventType(file: ParsedFile): EventTypeDescription {
  const schema = contentOf(file) as unknown as RecordSchema
  return {
    type: `${schema.namespace}.${schema.name}`,
    stream: `${file.agency}.${file.stream}`,
    file: file.file,
    schema,
  }
}

/** The checks have proved what the types below claim. */
function contentOf(file: ParsedFile): Readonly<Record<string, unknown>> {
  return isJsonObject(file.content) ? file.content : {}
}
