import { own, ownText } from '../json.ts'
import { transliterated } from '../transliterate.ts'
import { fine, verdict, type SchemaRule, type Verdict } from './rule.ts'

const misread: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
  'arguments',
  'caller',
])

/** Names of the contracts, the door and the language itself that a generated type would hide. */
const takenTypes: ReadonlySet<string> = new Set(
  [
    'Decimal LocalDate MunicipalityNumber NationalIdentityNumber OrganisationNumber Timestamp',
    'Stream Agency TopicSettings AnyContract DefineContract Agencies Contracts Streams Topics',
    'Array BigInt Boolean Date Error Function Map Number Object Promise Readonly ReadonlyArray Record Set String Symbol',
    'Uint8Array',
    // JavaScript's own words: `delete` cannot name the contract of an event type `Delete`.
    'Arguments Await Break Case Catch Class Const Continue Debugger Default Delete Do Else Enum Eval Export Extends',
    'False Finally For If Implements Import In Instanceof Interface Let New Null Package Private Protected Public',
    'Return Static Super Switch This Throw True Try Typeof Var Void While With Yield',
  ].flatMap((line) => line.split(' ')),
)

/** Why a text cannot be an Avro name, or undefined where it can. */
function nameProblem(name: string, what: string): Verdict | undefined {
  if (misread.has(name)) {
    return {
      rule: 'name-forbidden',
      message: `JavaScript reads "${name}" as something of its own, so it cannot name a ${what}. Choose another word.`,
    }
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined
  return { rule: 'name-illegal', message: `"${name}" cannot name a ${what}: ${wayOut(name)}` }
}

/** Records, fields, enums, symbols and namespaces have names that Avro and JavaScript read alike. */
export const named: SchemaRule = (visit) => {
  switch (visit.kind) {
    case 'field':
      return listOf(nameProblem(visit.field.name, 'field'))
    case 'record':
    case 'fixed':
      return typeName(ownText(visit.node, 'name'), visit.kind)
    case 'enum':
      return [...typeName(ownText(visit.node, 'name'), 'enum'), ...symbols(own(visit.node, 'symbols'))]
    default:
      return fine
  }
}

/** A record has each field name once. */
export const fieldsOnce: SchemaRule = (visit) => {
  if (visit.kind !== 'record') return fine
  const fields = own(visit.node, 'fields')
  const names = Array.isArray(fields) ? fields.map((field: unknown) => nameOf(field)) : []
  const twice = names.filter((name, index) => name !== undefined && names.indexOf(name) !== index).map(String)
  return [...new Set(twice)].map((name) => ({
    rule: 'field-twice',
    message: `The record has the field "${name}" more than once. Take one away or give it another name.`,
  }))
}

function typeName(name: string | undefined, what: string): readonly Verdict[] {
  if (name === undefined) return fine
  if (name.includes('.')) {
    const simple = name.slice(name.lastIndexOf('.') + 1)
    return verdict(
      'name-dotted',
      `"${name}" carries its namespace. Write "name": "${simple}" and "namespace" beside it.`,
    )
  }
  if (takenTypes.has(name)) {
    return verdict(
      'name-taken',
      `"${name}" means something else in the generated code. Choose a name that says more, e.g. "${name}Notice".`,
    )
  }
  const problem = listOf(nameProblem(name, what))
  if (problem.length > 0 || /^[A-Z]/.test(name)) return problem
  return verdict('name-not-pascal', `Names of types start with a capital letter. Write "${capital(name)}".`)
}

function symbols(value: unknown): readonly Verdict[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((symbol) => typeof symbol === 'string')) {
    return verdict('enum-symbols', 'The enum has no list of symbols. Write "symbols": ["…", "UNKNOWN"].')
  }
  const twice = value.filter((symbol, index) => value.indexOf(symbol) !== index)
  return [
    ...value.flatMap((symbol) => listOf(nameProblem(symbol, 'symbol'))),
    ...twice.map((symbol) => ({
      rule: 'enum-symbols',
      message: `The symbol "${symbol}" stands twice. Take one away.`,
    })),
  ]
}

function nameOf(field: unknown): unknown {
  return typeof field === 'object' && field !== null && 'name' in field ? field.name : undefined
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

function wayOut(name: string): string {
  const plain = transliterated(name)
    .replaceAll(/[^A-Za-z0-9_]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())
    .replace(/^(?=\d)/, '_')
  const rules = []
  if (/[æøåÆØÅ]/.test(name)) rules.push('Avro takes no Norwegian letters (write ae, oe, aa)')
  if (/^\d/.test(name)) rules.push('a name may not start with a digit')
  if (name.includes('-')) rules.push('Avro takes no hyphens')
  if (rules.length === 0) rules.push('Avro takes letters A–Z, digits and _ only')
  return `${rules.join(', ')}.${plain === '' || plain === '_' ? '' : ` Write "${plain}".`}`
}

function listOf(found: Verdict | undefined): readonly Verdict[] {
  return found === undefined ? fine : [found]
}
