import type { EnumSchema, FieldSchema, ObjectSchema, RecordSchema, SchemaNode } from './language.ts'
import { simpleName } from './names.ts'
import { docComment, quoted } from './typescript-text.ts'

/** The TypeScript declarations of a record and of every named type in it, and what they import from the contracts. */
export interface DataForms {
  /** Declarations by name, in the order they are met: the record itself first. */
  readonly declarations: ReadonlyMap<string, string>
  readonly imports: ReadonlySet<string>
}

/** Writes the TypeScript forms of a record's data. */
export function dataForms(schema: RecordSchema): DataForms {
  const declarations = new Map<string, string>()
  const imports = new Set<string>()
  declareRecord(schema)
  return { declarations, imports }

  function declareRecord(record: RecordSchema): void {
    const name = simpleName(record.name)
    if (declarations.has(name)) return
    declarations.set(name, '')
    const fields = record.fields.map((field) => fieldLine(field)).join('')
    declarations.set(name, `${docComment(record.doc)}export interface ${name} {\n${fields}}\n`)
  }

  function fieldLine(field: FieldSchema): string {
    return `${docComment(field.doc, 2)}  readonly ${field.name}: ${form(field.type)}\n`
  }

  function form(node: SchemaNode): string {
    if (typeof node === 'string') return primitiveForm(node) ?? simpleName(node)
    if (isUnion(node))
      return node
        .map((branch) => form(branch))
        .join(' | ')
        .replace(/^null \| (.+)$/, '$1 | null')
    switch (node.type) {
      case 'record':
        declareRecord(node)
        return simpleName(node.name)
      case 'enum':
        declarations.set(simpleName(node.name), enumDeclaration(node))
        return simpleName(node.name)
      case 'array':
        return `readonly ${inArray(form(node.items))}[]`
      case 'map':
        return `Readonly<Record<string, ${form(node.values)}>>`
      case 'fixed':
        return logicalForm(node) ?? 'Uint8Array'
      default:
        return logicalForm(node) ?? primitiveForm(node.type) ?? 'never'
    }
  }

  function logicalForm(node: ObjectSchema): string | undefined {
    const name = 'logicalType' in node ? contractNames.get(node.logicalType ?? '') : undefined
    if (name !== undefined) imports.add(name)
    return name
  }
}

const contractNames: ReadonlyMap<string, string> = new Map([
  ['date', 'LocalDate'],
  ['timestamp-millis', 'Timestamp'],
  ['decimal', 'Decimal'],
  ['national-identity-number', 'NationalIdentityNumber'],
  ['organisation-number', 'OrganisationNumber'],
  ['municipality-number', 'MunicipalityNumber'],
])

function primitiveForm(name: string): string | undefined {
  switch (name) {
    case 'null':
    case 'boolean':
    case 'string':
      return name
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return 'number'
    case 'bytes':
      return 'Uint8Array'
    default:
      return undefined
  }
}

function enumDeclaration(node: EnumSchema): string {
  const name = simpleName(node.name)
  const symbols = node.symbols.map((symbol) => quoted(symbol))
  const line = `export type ${name} = ${symbols.join(' | ')}\n`
  const text =
    line.length <= 121 ? line : `export type ${name} =\n${symbols.map((symbol) => `  | ${symbol}\n`).join('')}`
  return `${docComment(node.doc)}${text}`
}

function inArray(text: string): string {
  return /[ |]/.test(text) ? `(${text})` : text
}

function isUnion(node: SchemaNode): node is readonly SchemaNode[] {
  return Array.isArray(node)
}
