import { createSecretKey, type KeyObject } from 'node:crypto'
import type { AnyContract } from './contract.ts'
import { HubError } from './failure.ts'
import { keyedHash } from './keyed-hash.ts'
import type { Stream } from './stream.ts'

/** An agency's secret for record keys. */
export interface KeySecret {
  readonly agency: string
  readonly secret: KeyObject
}

/**
 * The record key of a subject in a stream: HMAC-SHA256 with the agency's secret, 22 characters of base64url, so that
 * the number never leaves the data. Open registers keep the plain number.
 */
export function keyOfSubject(stream: Stream, subject: string, secret: KeySecret): string {
  if (stream.access === 'open') return subject
  return keyedHash(secret.secret, `${stream.subject.kind}:${subject}`).slice(0, 22)
}

/**
 * The secret that the keys of a contract's stream are made with, or `plain` for an open register. Throws
 * `key-secret-missing`, with the variable that holds it.
 */
export function secretOf(
  { type, stream }: Pick<AnyContract, 'type' | 'stream'>,
  secrets: ReadonlyMap<string, KeySecret>,
): KeySecret | 'plain' {
  if (stream.access === 'open') return 'plain'
  const secret = secrets.get(stream.agency)
  if (secret === undefined) {
    const variable = `SAMSPILL_KEY_${stream.agency.toUpperCase().replaceAll('-', '_')}`
    throw new HubError('key-secret-missing', `${type} needs the key secret of ${stream.agency}: set ${variable}`)
  }
  return secret
}

/** Reads an agency's key secret from text (at least 32 bytes, base64url). */
export function keySecret(agency: string, text: string): KeySecret {
  return { agency, secret: createSecretKey(Buffer.from(text, 'base64url')) }
}
