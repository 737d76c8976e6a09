import { HubError, type AvroSchema } from '@samspill/contracts'
import { Lookups } from './lookups.ts'
import { createRegistryHttp, type RegistryOptions } from './registry-http.ts'

/** Looks schemas up in a schema registry that speaks Confluent's API; never registers. */
export interface SchemaRegistry {
  /**
   * The id of a registered schema; asked for once, then known.
   * Throws HubError `schema-not-registered`, `registry-unavailable` (try again), `registry-refused`.
   */
  idOf(subject: string, schema: AvroSchema): Promise<number>
  /**
   * The schema of an id, as parsed JSON; asked for once, then known.
   * Throws HubError `schema-unknown`, `schema-invalid`, `registry-unavailable` (try again), `registry-refused`.
   */
  schemaById(id: number): Promise<unknown>
}

const largestSchemaText = 262_144

/** Connects to a registry at its Confluent API, e.g. `http://127.0.0.1:18081/apis/ccompat/v7`; nothing is sent yet. */
export function connectRegistry(options: RegistryOptions): SchemaRegistry {
  const http = createRegistryHttp(options)
  const now = options.now ?? Date.now
  const ids = new WeakMap<AvroSchema, Lookups<string, number>>()
  const schemas = new Lookups<number, unknown>(now)

  return {
    idOf: (subject, schema) => {
      const bySubject = ids.get(schema) ?? new Lookups<string, number>(now)
      ids.set(schema, bySubject)
      return bySubject.once(subject, async () => {
        const answer = await http.post(`/subjects/${encodeURIComponent(subject)}`, { schema: JSON.stringify(schema) })
        const id = answer.status === 200 ? numberIn(answer.body, 'id') : undefined
        if (id !== undefined) return id
        throw new HubError(
          'schema-not-registered',
          `the registry has no such schema under ${subject}: register it with \`samspill schemas register\``,
        )
      })
    },
    schemaById: (id) =>
      schemas.once(id, async () => {
        const answer = await http.get(`/schemas/ids/${id}`)
        const text = answer.status === 200 ? textIn(answer.body, 'schema') : undefined
        if (text === undefined) throw new HubError('schema-unknown', `the registry knows no schema ${id}`)
        if (text.length > largestSchemaText) throw new HubError('schema-invalid', `schema ${id} is larger than 256 KiB`)
        try {
          return JSON.parse(text) as unknown
        } catch {
          throw new HubError('schema-invalid', `schema ${id} is not JSON`)
        }
      }),
  }
}

function numberIn(body: unknown, name: string): number | undefined {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function textIn(body: unknown, name: string): string | undefined {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : undefined
}
