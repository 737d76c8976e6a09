import { HubError } from '@samspill/contracts'
import { readLanguageFiles } from '@samspill/language'
import { escapeIdentifier, type Queryable } from '@samspill/postgres'
import { languageFolder } from '../schemas/schema-entries.ts'
import { nearest } from './nearest.ts'

/**
 * Throws `stream-unknown`, with the name that was perhaps meant, for a stream that neither the published language holds
 * nor one of these services reads or publishes to: to a filter that fits nothing, all would seem well.
 */
export async function requireStream(
  queryable: Queryable,
  stream: string | undefined,
  services: readonly string[],
): Promise<void> {
  if (stream === undefined) return
  const known = [...new Set([...(await streamsOfLanguage()), ...(await streamsOfServices(queryable, services))])]
  if (known.includes(stream)) return
  const meant = nearest(stream, known)
  const hint = meant === undefined ? 'see schemas/src/streams.md for those there are' : `did you mean ${meant}?`
  throw new HubError('stream-unknown', `--stream: there is no stream "${stream}": ${hint}`)
}

async function streamsOfLanguage(): Promise<readonly string[]> {
  const paths = [...(await readLanguageFiles(languageFolder)).keys()]
  return paths.flatMap((path) => {
    const [agency, name, file] = path.split('/')
    return file === 'stream.yaml' ? [`${agency}.${name}`] : []
  })
}

/** What they have read, and what the brokers refuse of what they publish. */
async function streamsOfServices(queryable: Queryable, services: readonly string[]): Promise<readonly string[]> {
  if (services.length === 0) return []
  const statements = services.map((service) => {
    const schema = escapeIdentifier(service)
    return `select topic from ${schema}.position union select topic from ${schema}.outbox where retry_at is not null`
  })
  const { rows } = await queryable.query(statements.join(' union '))
  return (rows as { readonly topic: string }[]).map(({ topic }) => topic)
}
