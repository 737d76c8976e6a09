import { parseSchema } from '@samspill/avro'
import { checkSchema } from './check-schema.ts'
import { isJsonObject, own, ownText, type JsonObject } from './json.ts'
import { namespaceOf, recordNameOf } from './names.ts'
import type { ParsedFile } from './parse-language.ts'
import type { Finding } from './problem.ts'
import { walkSchema } from './schema-walk.ts'
import { transliterated } from './transliterate.ts'

/** Checks one event type: the schema itself, and that it fits its file and its stream. */
export function checkEventType(schema: ParsedFile, stream: JsonObject | undefined): readonly Finding[] {
  const { content } = schema
  if (!isJsonObject(content) || own(content, 'type') !== 'record') {
    return [
      {
        field: '',
        rule: 'not-a-record',
        message:
          'An event type is one record. Write { "type": "record", "name": …, "namespace": …, "doc": …, "fields": [ … ] }.',
      },
    ]
  }
  const findings = [
    ...checkNames(content, schema),
    ...checkSchema(content),
    ...checkNamespaces(content, schema),
    ...(stream === undefined ? [] : checkSubject(content, stream)),
    ...(stream === undefined ? [] : checkOpen(content, stream)),
  ]
  return findings.length > 0 ? findings : checkReadable(content)
}

/** What the rules let through the codec must take: no event type is published that the hub cannot read. */
function checkReadable(record: JsonObject): readonly Finding[] {
  try {
    parseSchema(record)
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ field: '', rule: 'schema-unreadable', message: `The hub's codec does not take the schema: ${reason}` }]
  }
}

function checkNames(record: JsonObject, { fileName, agency, stream }: ParsedFile): readonly Finding[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.v([2-9]|[1-9]\d+))?\.avsc$/.test(fileName)) {
    return [
      {
        field: '',
        rule: 'file-name',
        message: `The file name must be small letters and hyphens, with .v2, .v3 … before .avsc for a later version. Write "${kebabCase(fileName)}".`,
      },
    ]
  }
  const wanted = recordNameOf(fileName)
  const name = ownText(record, 'name')
  const namespace = namespaceOf(`${agency}.${stream}`)
  const findings: Finding[] = []
  if (name !== undefined && name !== wanted) {
    findings.push({
      field: 'name',
      rule: 'record-name',
      message: `The record is called "${name}" and the file ${fileName}. Write "name": "${wanted}", or rename the file.`,
    })
  }
  if (ownText(record, 'namespace') !== namespace) {
    findings.push({
      field: 'namespace',
      rule: 'namespace',
      message: `The namespace must be that of the stream, with _ for hyphens. Write "namespace": "${namespace}".`,
    })
  }
  return findings
}

/** Types inside an event type live in its namespace: another one would name a type that its stream does not own. */
function checkNamespaces(record: JsonObject, { agency, stream }: ParsedFile): readonly Finding[] {
  const namespace = namespaceOf(`${agency}.${stream}`)
  return walkSchema(record).visits.flatMap((visit) => {
    if ((visit.kind !== 'record' && visit.kind !== 'enum' && visit.kind !== 'fixed') || visit.top) return []
    const given = own(visit.node, 'namespace')
    if (given === undefined || given === namespace) return []
    const message = 'A type inside an event type lives in the namespace of the stream. Take "namespace" away here.'
    return [{ field: visit.path, rule: 'namespace', message }]
  })
}

const subjectLogicalTypes: Readonly<Record<string, string>> = {
  person: 'national-identity-number',
  organisation: 'organisation-number',
  municipality: 'municipality-number',
}

/** The field that says who an event is about stands in every event type of the stream, and is never null. */
function checkSubject(record: JsonObject, stream: JsonObject): readonly Finding[] {
  const subject = own(stream, 'subject')
  if (!isJsonObject(subject)) return []
  const name = ownText(subject, 'field')
  const kind = ownText(subject, 'kind')
  const fields = own(record, 'fields')
  if (name === undefined || kind === undefined || !Array.isArray(fields)) return []
  const logicalType = Object.hasOwn(subjectLogicalTypes, kind) ? subjectLogicalTypes[kind] : undefined
  const type = logicalType === undefined ? '"string"' : `{ "type": "string", "logicalType": "${logicalType}" }`
  const field: unknown = fields.find((each: unknown) => isJsonObject(each) && own(each, 'name') === name)
  if (!isJsonObject(field)) {
    const message = `The stream is about "${name}", and the event does not say who. Write a field "${name}" of type ${type}.`
    return [{ field: name, rule: 'subject-missing', message }]
  }
  if (isSubjectType(own(field, 'type'), logicalType)) return []
  const message = `The field says who the event is about, so it is never null and its type says what number it is. Write "type": ${type}.`
  return [{ field: name, rule: 'subject-type', message }]
}

function isSubjectType(type: unknown, logicalType: string | undefined): boolean {
  if (logicalType === undefined && type === 'string') return true
  if (!isJsonObject(type) || own(type, 'type') !== 'string') return false
  return logicalType === undefined || own(type, 'logicalType') === logicalType
}

/** What any authenticated client may read holds nothing that belongs to a person alone. */
function checkOpen(record: JsonObject, stream: JsonObject): readonly Finding[] {
  if (own(stream, 'access') !== 'open') return []
  return walkSchema(record).visits.flatMap((visit) => {
    const isNumber =
      visit.kind === 'primitive' &&
      visit.node !== undefined &&
      own(visit.node, 'logicalType') === 'national-identity-number'
    const dataClass = visit.kind === 'field' ? ownText(visit.node, 'dataClass') : undefined
    if (!isNumber && dataClass !== 'health' && dataClass !== 'income') return []
    const what = isNumber ? 'a national identity number' : `data of class ${dataClass}`
    const message = `An open stream may not hold ${what}. Take the field away, or write "access: personal" in stream.yaml.`
    return [{ field: visit.path, rule: 'personal-in-open-stream', message }]
  })
}

function kebabCase(fileName: string): string {
  const [stem = '', version] = fileName.replace(/\.avsc$/, '').split(/\.(?=[vV]\d+$)/)
  const words = transliterated(stem)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^[-\d]+|-+$/g, '')
    .toLowerCase()
  return `${words}${version === undefined || version.toLowerCase() === 'v1' ? '' : `.${version.toLowerCase()}`}.avsc`
}
