/** The partition of a key as every Kafka client in Java's footsteps computes it: murmur2, made positive, modulo. */
export function partitionOf(key: Buffer, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count
}

/** Java's `Utils.murmur2`, as a signed 32-bit number. */
export function murmur2(data: Buffer): number {
  const multiplier = 0x5bd1e995
  const length = data.length
  let hash = 0x9747b28c ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(data.readInt32LE(at), multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  const rest = length & 3
  if (rest === 3) hash ^= (data[whole + 2] ?? 0) << 16
  if (rest >= 2) hash ^= (data[whole + 1] ?? 0) << 8
  if (rest >= 1) hash = Math.imul(hash ^ (data[whole] ?? 0), multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return (hash ^ (hash >>> 15)) | 0
}
