import { DecodeError } from './failures.ts'

/** Bytes before the Avro body: a zero and the schema id, four bytes, big-endian. */
export const frameSize = 5

/** Puts the Confluent wire format's header before an Avro body. */
export function frame(schemaId: number, body: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(frameSize + body.length)
  writeFrame(framed, 0, schemaId)
  body.copy(framed, frameSize)
  return framed
}

/** Writes the header at `offset`. */
export function writeFrame(target: Buffer, offset: number, schemaId: number): void {
  target[offset] = 0
  target.writeInt32BE(schemaId, offset + 1)
}

/** Reads the Confluent wire format. Throws DecodeError `decode-not-framed`. */
export function unframe(value: Buffer): { readonly schemaId: number; readonly body: Buffer } {
  return { schemaId: schemaIdOf(value), body: value.subarray(frameSize) }
}

/** The schema id of a framed value. Throws DecodeError `decode-not-framed`. */
export function schemaIdOf(value: Buffer): number {
  if (value.length < frameSize || value[0] !== 0) {
    throw new DecodeError(
      'decode-not-framed',
      'the value does not begin with a zero and a schema id (Confluent wire format)',
    )
  }
  const schemaId = value.readInt32BE(1)
  if (schemaId < 0) throw new DecodeError('decode-not-framed', 'the value names a negative schema id')
  return schemaId
}
