import { checkLanguage, problemText, type LanguageFiles } from '../src/index.ts'

const agency = `name: Arbeids- og velferdsetaten (NAV)
organisationNumber: "889640782"
level: state
contact: samspill@nav.example
`

export const streamYaml = `title: Layoffs of persons
description: Who is laid off. It does not say why.
contact: samspill@nav.example
subject:
  field: person
  kind: person
partitions: 6
retention: P5Y
access: personal
keys: hub
`

export const person = {
  name: 'person',
  type: { type: 'string', logicalType: 'national-identity-number' },
  dataClass: 'identity',
  doc: 'The person who is laid off.',
}

export const eventFile = 'nav/layoffs/layoff-registered.avsc'

/** An event type of the stream nav.layoffs: the person, and the fields given. */
export function event(fields: readonly unknown[] = [], attributes: object = {}): string {
  return JSON.stringify({
    type: 'record',
    name: 'LayoffRegistered',
    namespace: 'nav.layoffs',
    doc: 'A person is laid off.',
    fields: [person, ...fields],
    ...attributes,
  })
}

/** A field that is right but for what is given. */
export function field(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { name: 'extra', type: 'string', dataClass: 'none', doc: 'More about the layoff.', ...attributes }
}

/** A language of one agency, one stream and one event type, with files changed, added, or taken away (undefined). */
export function smallLanguage(changes: Readonly<Record<string, string | undefined>> = {}): LanguageFiles {
  const files = new Map<string, string>([
    ['nav/agency.yaml', agency],
    ['nav/layoffs/stream.yaml', streamYaml],
    [eventFile, event()],
  ])
  for (const [file, text] of Object.entries(changes)) {
    if (text === undefined) files.delete(file)
    else files.set(file, text)
  }
  return files
}

/** What the checks say of the small language with these changes, one line per problem. */
export function problemsOf(changes: Readonly<Record<string, string | undefined>>): readonly string[] {
  return checkLanguage(smallLanguage(changes)).map((problem) => problemText(problem))
}

/** What the checks say of an event type that also has these fields. */
export function problemsOfFields(...fields: readonly unknown[]): readonly string[] {
  return problemsOf({ [eventFile]: event(fields) })
}

/** What the checks say of an event type with one more field. */
export function problemsOfField(attributes: Readonly<Record<string, unknown>>): readonly string[] {
  return problemsOfFields(field(attributes))
}
