import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
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
  return createHmac('sha256', secret.secret)
    .update(`${stream.subject.kind}:${subject}`)
    .digest('base64url')
    .slice(0, 22)
}

/** Reads an agency's key secret from text (at least 32 bytes, base64url). */
export function keySecret(agency: string, text: string): KeySecret {
  return { agency, secret: createSecretKey(Buffer.from(text, 'base64url')) }
}
