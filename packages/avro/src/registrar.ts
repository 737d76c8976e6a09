import { HubError } from '@samspill/contracts'
import { checkAgainstVersions, type Incompatibility } from './compatibility.ts'
import { createRegistryHttp, type RegistryOptions } from './registry-http.ts'
import { createSubjectVersions } from './subject-versions.ts'

/** A schema (Avro, as parsed JSON) and the registry subject it belongs to. */
export interface SchemaEntry {
  readonly subject: string
  readonly schema: object
}

/** What registration would do, or has done, with one schema. */
export type Verdict =
  | { readonly subject: string; readonly outcome: 'new' | 'evolves' }
  | { readonly subject: string; readonly outcome: 'unchanged' | 'registered'; readonly id: number }
  | { readonly subject: string; readonly outcome: 'refused'; readonly problems: readonly Incompatibility[] }

/** Judges and registers schemas: FULL_TRANSITIVE, on the hub's own rules. The only writer of the registry. */
export interface Registrar {
  /** Says what `register` would do, and writes nothing. Throws HubError `registry-unavailable`, `registry-refused`. */
  check(entries: readonly SchemaEntry[]): Promise<readonly Verdict[]>
  /**
   * Subjects that are registered for the same agencies and are none of these: event types whose file is gone, by name.
   * Throws as `check` does.
   */
  leftOut(entries: readonly SchemaEntry[]): Promise<readonly string[]>
  /**
   * Registers what the same judgement lets through; the rest is refused, each with its reasons, and nothing at all is
   * registered while one is refused. Safe from several processes at once: of two schemas that do not fit each other
   * one is registered. Throws HubError `registry-unavailable` (run it again: it is idempotent), `registry-refused`.
   */
  register(entries: readonly SchemaEntry[]): Promise<readonly Verdict[]>
}

/** Connects to the registry's Confluent API; `headers` carry the registrar's credentials. */
export function createRegistrar(options: RegistryOptions): Registrar {
  const versions = createSubjectVersions(createRegistryHttp(options))

  const judge = async ({ subject, schema }: SchemaEntry): Promise<Verdict> => {
    const id = await versions.find(subject, JSON.stringify(schema))
    if (id !== undefined) return { subject, outcome: 'unchanged', id }
    const earlier = await versions.all(subject)
    const problems = checkAgainstVersions(earlier, schema)
    if (problems.length > 0) return { subject, outcome: 'refused', problems }
    return { subject, outcome: earlier.length === 0 ? 'new' : 'evolves' }
  }

  const write = async (entry: SchemaEntry): Promise<Verdict> => {
    const { subject, schema } = entry
    await versions.requireFullTransitive(subject)
    const written = await versions.add(subject, JSON.stringify(schema))
    if ('refusal' in written) return refusalOfRegistry(entry, written.refusal)
    // The registry's check and its write are two steps to us: what another process wrote between is judged now.
    const stored = await versions.all(subject)
    const own = stored.find((version) => version.id === written.id)
    if (own === undefined) throw new HubError('registry-refused', `the registry lost ${subject} while it was written`)
    const problems = checkAgainstVersions(
      stored.filter((version) => version.version < own.version),
      schema,
    )
    if (problems.length === 0) return { subject, outcome: 'registered', id: written.id }
    await versions.remove(subject, own.version)
    return { subject, outcome: 'refused', problems }
  }

  /** The registry may say no because another process was faster: then our own judgement says why. */
  const refusalOfRegistry = async (entry: SchemaEntry, refusal: string): Promise<Verdict> => {
    const verdict = await judge(entry)
    if (verdict.outcome === 'refused' || verdict.outcome === 'unchanged') return verdict
    return {
      subject: entry.subject,
      outcome: 'refused',
      problems: [{ path: '', rule: 'schema-invalid', message: `the registry refuses it: ${refusal}` }],
    }
  }

  const check = (entries: readonly SchemaEntry[]) => inTurn(entries, judge)
  return {
    check,
    leftOut: async (entries) => {
      const known = new Set(entries.map(({ subject }) => subject))
      const agencies = new Set(entries.map(({ subject }) => agencyIn(subject)))
      const registered = await versions.names()
      return registered.filter((subject) => agencies.has(agencyIn(subject)) && !known.has(subject)).toSorted()
    },
    register: async (entries) => {
      const verdicts = await check(entries)
      if (verdicts.some((verdict) => verdict.outcome === 'refused')) return verdicts
      const byNumber = verdicts.entries()
      return inTurn(Array.from(byNumber), async ([number, verdict]) => {
        const entry = entries[number]
        return verdict.outcome === 'unchanged' || entry === undefined ? verdict : write(entry)
      })
    },
  }
}

/** A subject is `<agency>.<stream>-<event type>`. */
function agencyIn(subject: string): string {
  return subject.slice(0, subject.indexOf('.'))
}

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}
