import { HubError } from '@samspill/contracts'

/**
 * Quotes a schema name for use in a statement. Throws `schema-name-invalid` for anything but lower-case letters,
 * digits, `_` and `-`, starting with a letter, at most 63 characters.
 */
export function quotedSchema(name: string): string {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) {
    throw new HubError(
      'schema-name-invalid',
      'the schema name must start with a lower-case letter and hold only lower-case letters, digits, _ and -, at most 63',
    )
  }
  return `"${name}"`
}
