import { HubError } from '@samspill/contracts'
import { contractType } from './avro-types.ts'
import { readingProblems } from './reading-problems.ts'
import { parseSchema } from './parse-schema.ts'
import { nodesOf, nullableBranch, placesOf, type SchemaNode, type UnionNode } from './schema-tree.ts'

/** BACKWARD: the later reads the earlier's data. FORWARD: the earlier reads the later's. FULL: both. */
export type CompatibilityLevel = 'BACKWARD' | 'FORWARD' | 'FULL'

/** Why a schema may not follow another, or may not be used at all. */
export interface Incompatibility {
  /** The field, e.g. `employment.percentage`; empty for the schema as a whole. */
  readonly path: string
  readonly rule: IncompatibilityRule
  /** What is wrong and what to write instead. */
  readonly message: string
}

export type IncompatibilityRule =
  | 'schema-invalid'
  | 'union-not-nullable'
  | 'alias-used'
  | 'renamed'
  | 'namespace-renamed'
  | 'field-added-without-default'
  | 'field-removed-without-default'
  | 'type-changed'
  | 'type-widened'
  | 'type-narrowed'
  | 'nullability-changed'
  | 'logical-type-changed'
  | 'symbol-added-without-default'
  | 'symbol-removed-without-default'
  | 'size-changed'

/**
 * Judges whether `later` may follow `earlier` (Avro schemas as parsed JSON), on the hub's own rules: Avro's, and
 * stricter where Avro's lose meaning. An empty list is a yes.
 */
export function checkCompatibility(
  earlier: object,
  later: object,
  level: CompatibilityLevel = 'FULL',
): readonly Incompatibility[] {
  const problems = [...checkSchema(later)]
  const [before, after] = [parsed(earlier), parsed(later)]
  // An earlier version that is no schema (a hand's mistake in the registry) cannot be read by anyone, nor judged.
  if ('problem' in before)
    problems.push({ ...before.problem, message: `the earlier version: ${before.problem.message}` })
  if ('problem' in before || 'problem' in after) return problems
  if (level !== 'FORWARD') problems.push(...readingProblems(before.node, after.node, 'backward', level === 'FULL'))
  if (level !== 'BACKWARD') problems.push(...readingProblems(after.node, before.node, 'forward', level === 'FULL'))
  return distinct(problems)
}

/** Judges `later` against every earlier version (FULL_TRANSITIVE); the message says which version objects. */
export function checkAgainstVersions(
  earlier: readonly { readonly version: number; readonly schema: object }[],
  later: object,
): readonly Incompatibility[] {
  if (earlier.length === 0) return checkSchema(later)
  const found = new Map<string, Incompatibility & { versions: number[] }>()
  for (const { version, schema } of earlier) {
    for (const problem of checkCompatibility(schema, later)) {
      const key = `${problem.path}\n${problem.rule}`
      const same = found.get(key)
      if (same) same.versions.push(version)
      else found.set(key, { ...problem, versions: [version] })
    }
  }
  return Array.from(found.values(), ({ versions, ...problem }) =>
    ownRules.has(problem.rule)
      ? problem
      : { ...problem, message: `${problem.message} (against version ${versions.join(', ')})` },
  )
}

/** Judges one schema alone: valid Avro, within limits, unions only `null | T`, no aliases. */
export function checkSchema(schema: object): readonly Incompatibility[] {
  const tree = parsed(schema)
  if ('problem' in tree) return [tree.problem]
  try {
    contractType(schema)
  } catch (error) {
    if (error instanceof HubError && !hasWideUnion(tree.node)) return [invalid(error)]
  }
  return Array.from(placesOf(tree.node)).flatMap(([node, place]) => ownProblems(node, place))
}

const ownRules: ReadonlySet<IncompatibilityRule> = new Set(['schema-invalid', 'union-not-nullable', 'alias-used'])

function ownProblems(node: SchemaNode, place: string): readonly Incompatibility[] {
  if (node.kind === 'union') return nullableBranch(node) ? [] : [notNullable(node, place)]
  const own = 'aliases' in node && node.aliases.length > 0 ? [aliased(place)] : []
  const fields = node.kind === 'record' ? node.fields.filter((field) => field.aliases.length > 0) : []
  return [...own, ...fields.map((field) => aliased(place === '' ? field.name : `${place}.${field.name}`))]
}

function aliased(path: string): Incompatibility {
  const message =
    'has aliases, which only new readers know: old ones would silently lose the value. Keep the old name, or add a new field beside it'
  return { path, rule: 'alias-used', message: path === '' ? message : `${path} ${message}` }
}

function notNullable(node: UnionNode, path: string): Incompatibility {
  const kinds = node.branches.map((branch) => branch.kind).join(' | ')
  const message = `is a union that is not null and one other type (${kinds}): write one nullable field per alternative`
  return { path, rule: 'union-not-nullable', message: path === '' ? message : `${path} ${message}` }
}

function hasWideUnion(root: SchemaNode): boolean {
  return Array.from(nodesOf(root)).some((node) => node.kind === 'union' && nullableBranch(node) === undefined)
}

function parsed(schema: object): { readonly node: SchemaNode } | { readonly problem: Incompatibility } {
  try {
    return { node: parseSchema(schema) }
  } catch (error) {
    if (error instanceof HubError) return { problem: invalid(error) }
    throw error
  }
}

function invalid(error: HubError): Incompatibility {
  return { path: '', rule: 'schema-invalid', message: error.message }
}

function distinct(problems: readonly Incompatibility[]): readonly Incompatibility[] {
  return Array.from(new Map(problems.map((problem) => [`${problem.path}\n${problem.rule}`, problem])).values())
}
