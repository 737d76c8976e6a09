import { keySecret, type KeySecret } from '@samspill/contracts'
import { invalid, type Environment } from './environment.ts'

const prefix = 'SAMSPILL_KEY_'
const leastBytes = 32

/**
 * Reads the secrets that record keys are made with: `SAMSPILL_KEY_<AGENCY>`, base64url of at least 32 bytes.
 * An agency's hyphens are underscores in the variable. Throws `config-invalid`, without the secret.
 */
export function readKeySecrets(source: Environment): ReadonlyMap<string, KeySecret> {
  const secrets = new Map<string, KeySecret>()
  for (const [name, value] of Object.entries(source)) {
    const text = value?.trim() ?? ''
    if (!name.startsWith(prefix) || text === '') continue
    const agency = name.slice(prefix.length).toLowerCase().replaceAll('_', '-')
    if (!/^[a-z][a-z0-9-]*$/.test(agency)) {
      throw invalid(name, 'names no agency', `write ${prefix} and the agency's name, e.g. ${prefix}NAV`)
    }
    if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text) || Buffer.from(text, 'base64url').length < leastBytes) {
      throw invalid(
        name,
        `is not base64url of at least ${leastBytes} bytes`,
        `make one with: openssl rand ${leastBytes} | basenc --base64url --wrap 0`,
      )
    }
    secrets.set(agency, keySecret(agency, text))
  }
  return secrets
}
