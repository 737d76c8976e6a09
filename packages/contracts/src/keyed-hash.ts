import { createHmac, hash, type KeyObject } from 'node:crypto'

const blockBytes = 64
const digestBytes = 32
/** Texts beyond this take Node's own way: what is kept for the others stays small. */
const mostBytes = 512

/** The two blocks that HMAC begins with, each with room behind it for what follows. */
interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

const padsOf = new WeakMap<KeyObject, Pads>()

/**
 * HMAC-SHA256 (RFC 2104) of a text as base64url: two one-shot hashes take little more than half the time of Node's
 * `createHmac`, and each event has a key. Nothing is kept of a text but in a buffer that the next one overwrites.
 */
export function keyedHash(secret: KeyObject, text: string): string {
  const { inner, outer } = padsOf.get(secret) ?? preparePads(secret)
  // Three bytes is the most that UTF-8 takes for one UTF-16 unit.
  if (text.length * 3 > mostBytes) return createHmac('sha256', secret).update(text).digest('base64url')
  const length = inner.write(text, blockBytes)
  outer.write(hash('sha256', inner.subarray(0, blockBytes + length), 'binary'), blockBytes, 'binary')
  return hash('sha256', outer, 'base64url')
}

function preparePads(secret: KeyObject): Pads {
  const key = secret.export()
  const block = Buffer.alloc(blockBytes)
  if (key.length > blockBytes) block.write(hash('sha256', key, 'binary'), 'binary')
  else key.copy(block)
  const pads = { inner: Buffer.alloc(blockBytes + mostBytes), outer: Buffer.alloc(blockBytes + digestBytes) }
  for (const [at, byte] of block.entries()) {
    pads.inner[at] = byte ^ 0x36
    pads.outer[at] = byte ^ 0x5c
  }
  padsOf.set(secret, pads)
  return pads
}
