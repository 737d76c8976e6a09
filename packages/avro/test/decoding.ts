import type { AnyContract, HubError } from '@samspill/contracts'
import { createEventDecoder, frame, type DecodedEvent } from '@samspill/avro'

/** Decodes one body written with `writer`, as a subscription that knows `contracts` does. */
export async function decodeBody(
  writer: object,
  body: Buffer,
  contracts: readonly AnyContract[],
): Promise<DecodedEvent> {
  const decoder = createEventDecoder({ registry: { schemaById: async () => writer }, contracts })
  const value = frame(1, body)
  await decoder.prepare([value])
  return decoder.decode(value)
}

/** The code that decoding fails with, or `decoded`. */
export async function outcomeOf(writer: object, body: Buffer, contract: AnyContract): Promise<string> {
  try {
    await decodeBody(writer, body, [contract])
    return 'decoded'
  } catch (error) {
    return (error as HubError).code
  }
}

/** An Avro long. */
export function long(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  const bytes: number[] = []
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

export function text(value: string): Buffer {
  return Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)])
}
