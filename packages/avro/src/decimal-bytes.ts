/**
 * Writes a decimal text as Avro does: the number without its point, two's complement, big-endian.
 * Undefined where the text is no decimal or does not fit precision and scale.
 */
export function decimalToBytes(text: unknown, precision: number, scale: number): Buffer | undefined {
  const exact = exactUnscaled(text, precision, scale)
  if (exact !== undefined) return bytesOfNumber(exact)
  const match = typeof text === 'string' ? /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) : null
  if (!match) return undefined
  const fraction = match[3] ?? ''
  if (fraction.length > scale) return undefined
  const digits = `${match[2] ?? ''}${fraction.padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '')
  if (digits.length > precision) return undefined
  const unscaled = `${match[1] ?? ''}${digits}`
  return digits.length <= exactDigits ? bytesOfNumber(Number(unscaled)) : bytesOf(BigInt(unscaled))
}

/** Reads Avro's decimal bytes as text with exactly `scale` digits after the point; undefined beyond the precision. */
export function decimalFromBytes(bytes: Buffer, precision: number, scale: number): string | undefined {
  // Longer bytes cannot be within the precision, and turning them into digits would cost the square of their length.
  if (bytes.length === 0 || bytes.length > Math.ceil((precision * Math.log2(10) + 1) / 8) + 1) return undefined
  const unscaled = unscaledText(bytes)
  const sign = unscaled.startsWith('-') ? '-' : ''
  const significant = unscaled.slice(sign.length)
  if (significant.length > precision) return undefined
  const digits = significant.padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(digits.length - scale)}`
}

/** Within these, whole numbers are exact and six bytes hold them, and nothing needs a BigInt. */
const exactDigits = 14
const exactBytes = 6
const [minus, point, zero] = [45, 46, 48]

/**
 * The number that a decimal text writes, without its point; undefined where it is no decimal, does not fit precision and
 * scale, or is too long to be counted in whole numbers.
 */
export function exactUnscaled(text: unknown, precision: number, scale: number): number | undefined {
  if (typeof text !== 'string' || text.length > exactDigits || scale > exactDigits) return undefined
  const first = text.charCodeAt(0) === minus ? 1 : 0
  let unscaled = 0
  let pointAt = -1
  for (let at = first; at < text.length; at++) {
    const digit = text.charCodeAt(at) - zero
    if (digit >= 0 && digit <= 9) unscaled = unscaled * 10 + digit
    else if (digit === point - zero && pointAt < 0) pointAt = at
    else return undefined
  }
  const wholeEnd = pointAt < 0 ? text.length : pointAt
  const fraction = pointAt < 0 ? 0 : text.length - pointAt - 1
  if (wholeEnd === first || (wholeEnd > first + 1 && text.charCodeAt(first) === zero)) return undefined
  if (fraction > scale || (pointAt >= 0 && fraction === 0)) return undefined
  unscaled *= 10 ** (scale - fraction)
  if (unscaled >= 10 ** Math.min(precision, exactDigits)) return undefined
  return first === 1 ? -unscaled : unscaled
}

/** How many bytes a whole number takes in two's complement, at the least. */
export function sizeOfNumber(value: number): number {
  let size = 1
  for (let limit = 0x80; value >= limit || value < -limit; limit *= 0x100) size++
  return size
}

function unscaledText(bytes: Buffer): string {
  if (bytes.length <= exactBytes) return String(bytes.readIntBE(0, bytes.length))
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`)).toString()
}

function bytesOfNumber(value: number): Buffer {
  const length = sizeOfNumber(value)
  const bytes = Buffer.allocUnsafe(length)
  bytes.writeIntBE(value, 0, length)
  return bytes
}

function bytesOf(value: bigint): Buffer {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length++
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0')
  return Buffer.from(hex, 'hex')
}
