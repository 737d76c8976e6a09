import { HubError } from '@samspill/contracts'
import { setTimeout as wait } from 'node:timers/promises'
import type { RegistryAnswer, RegistryHttp } from './registry-http.ts'

/** One registered version of a subject. */
export interface StoredVersion {
  readonly version: number
  readonly id: number
  /** Parsed JSON. */
  readonly schema: object
}

/** The registry's versions of subjects, read and written. */
export interface SubjectVersions {
  /** The id of a schema that the subject has; the registry decides what is the same (white space is). */
  find(subject: string, schemaText: string): Promise<number | undefined>
  /** Every version, oldest first; none where the subject does not exist. */
  all(subject: string): Promise<readonly StoredVersion[]>
  /** The names of all subjects, whoever has registered them. */
  names(): Promise<readonly string[]>
  /** Makes the registry itself hold FULL_TRANSITIVE for the subject, before its first schema too. */
  requireFullTransitive(subject: string): Promise<void>
  add(subject: string, schemaText: string): Promise<{ readonly id: number } | { readonly refusal: string }>
  remove(subject: string, version: number): Promise<void>
}

const pauseMilliseconds = 100

export function createSubjectVersions(http: RegistryHttp): SubjectVersions {
  const pathOf = (subject: string) => `/subjects/${encodeURIComponent(subject)}/versions`
  return {
    find: async (subject, schemaText) => {
      const answer = await http.post(`/subjects/${encodeURIComponent(subject)}`, { schema: schemaText })
      const id: unknown = Reflect.get(Object(answer.body), 'id')
      return answer.status === 200 && typeof id === 'number' ? id : undefined
    },
    all: async (subject) => {
      const list = await http.get(pathOf(subject))
      if (list.status === 404) return []
      const numbers: readonly unknown[] = Array.isArray(list.body) ? list.body : []
      const found: StoredVersion[] = []
      for (const number of numbers) {
        const answer = await http.get(`${pathOf(subject)}/${Number(number)}`)
        // Another registrar may have taken back its version between the two requests.
        if (answer.status !== 404) found.push(versionIn(answer, subject))
      }
      return found.toSorted((one, other) => one.version - other.version)
    },
    names: async () => {
      const answer = await http.get('/subjects')
      if (answer.status !== 200 || !Array.isArray(answer.body)) throw unexpected(answer, 'list its subjects')
      return answer.body.map(String)
    },
    requireFullTransitive: (subject) => requireLevel(http, subject, 5),
    add: async (subject, schemaText) => {
      const answer = await http.post(pathOf(subject), { schema: schemaText, schemaType: 'AVRO' })
      if (answer.status === 409 || answer.status === 422) return { refusal: textOf(answer.body, 'message') }
      const id: unknown = Reflect.get(Object(answer.body), 'id')
      if (answer.status !== 200 || typeof id !== 'number') throw unexpected(answer, `register ${subject}`)
      return { id }
    },
    remove: async (subject, version) => {
      const answer = await http.delete(`${pathOf(subject)}/${version}`)
      if (answer.status !== 200 && answer.status !== 404) {
        throw unexpected(answer, `take back version ${version} of ${subject}, which does not fit an earlier one`)
      }
    },
  }
}

async function requireLevel(http: RegistryHttp, subject: string, attempts: number): Promise<void> {
  const path = `/config/${encodeURIComponent(subject)}`
  const current = await http.get(path)
  if (textOf(current.body, 'compatibilityLevel') === 'FULL_TRANSITIVE') return
  const answer = await http.put(path, { compatibility: 'FULL_TRANSITIVE' })
  if (answer.status === 200) return
  // Apicurio answers 409 while another process sets the same subject's level for the first time.
  if (answer.status !== 409 || attempts <= 1) throw unexpected(answer, `set the compatibility of ${subject}`)
  await wait(pauseMilliseconds)
  return requireLevel(http, subject, attempts - 1)
}

function versionIn(answer: RegistryAnswer, subject: string): StoredVersion {
  const body = Object(answer.body)
  const [version, id] = [Reflect.get(body, 'version'), Reflect.get(body, 'id')]
  if (answer.status !== 200 || typeof version !== 'number' || typeof id !== 'number') {
    throw unexpected(answer, `read ${subject}`)
  }
  return { version, id, schema: schemaOf(textOf(body, 'schema')) }
}

/** A stored text that is no JSON is kept as an empty schema, which nothing is compatible with. */
function schemaOf(text: string): object {
  try {
    const schema: unknown = JSON.parse(text)
    return typeof schema === 'object' && schema !== null ? schema : {}
  } catch {
    return {}
  }
}

function textOf(body: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(body), name)
  return typeof value === 'string' ? value : ''
}

function unexpected(answer: RegistryAnswer, task: string): HubError {
  return new HubError('registry-refused', `the schema registry answered ${answer.status} when asked to ${task}`)
}
