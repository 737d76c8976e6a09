import { generateKeyPairSync, sign } from 'node:crypto'

const lifetimeSeconds = 600

/** The tokens that open the registry behind its front door. */
export interface RegistryTokens {
  /** What the registry checks them with: an RSA key, SPKI in base64. */
  readonly publicKey: string
  /** A JSON Web Token that is good for some minutes from `now` (milliseconds since 1970). */
  readonly token: (now: number) => string
}

/** Makes a key pair that lives as long as this process, and tokens with it. */
export function registryTokens(): RegistryTokens {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let last: { readonly text: string; readonly goodUntil: number } | undefined
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    token: (now) => {
      if (last === undefined || now > last.goodUntil) {
        const seconds = Math.floor(now / 1000)
        const claims = { sub: 'registry-door', iat: seconds, exp: seconds + lifetimeSeconds }
        const text = [{ alg: 'RS256', typ: 'JWT' }, claims]
          .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'))
          .join('.')
        const signature = sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')
        last = { text: `${text}.${signature}`, goodUntil: now + (lifetimeSeconds / 2) * 1000 }
      }
      return last.text
    },
  }
}
