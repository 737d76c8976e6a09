import { ByteCursor } from '../../../src/wire/byte-cursor.ts'
import { FrameWriter } from './frames.ts'

/** Where clients are to go instead of the broker. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * The newest versions whose layout the proxy knows: from the next one on, fields are tagged. The client is told that the
 * broker knows no newer ones.
 */
export const newestVersions: Readonly<Record<number, number>> = { 0: 8, 3: 8, 10: 2 }

/** An ApiVersions response in which the newest versions are no newer than the proxy knows. */
export function withKnownVersions(response: Buffer, apiVersion: number): Buffer {
  const capped = Buffer.from(response)
  const tagged = apiVersion >= 3
  let at = 6
  let left = tagged ? capped.readUInt8(at) - 1 : capped.readInt32BE(at)
  at += tagged ? 1 : 4
  for (; left > 0; left -= 1) {
    const newest = newestVersions[capped.readInt16BE(at)]
    if (newest !== undefined && capped.readInt16BE(at + 4) > newest) capped.writeInt16BE(newest, at + 4)
    at += tagged ? 7 : 6
  }
  return capped
}

/** A Metadata response (versions 0 to 8) in which every broker has this address. */
export function withBrokersAt(response: Buffer, apiVersion: number, { host, port }: Address): Buffer {
  const cursor = new ByteCursor(response)
  const writer = new FrameWriter().int32(cursor.int32())
  if (apiVersion >= 3) writer.int32(cursor.int32())
  const brokers = cursor.int32()
  writer.int32(brokers)
  for (let left = brokers; left > 0; left -= 1) {
    writer.int32(cursor.int32())
    cursor.string()
    cursor.int32()
    writer.string(host).int32(port)
    if (apiVersion >= 1) writer.string(nullableString(cursor))
  }
  return writer.bytes(cursor.take(cursor.left)).frame
}

/** A FindCoordinator response (versions 0 to 2) in which the coordinator has this address. */
export function withCoordinatorAt(response: Buffer, apiVersion: number, { host, port }: Address): Buffer {
  const cursor = new ByteCursor(response)
  const writer = new FrameWriter().int32(cursor.int32())
  if (apiVersion >= 1) writer.int32(cursor.int32())
  const errorCode = cursor.int16()
  writer.int16(errorCode)
  if (apiVersion >= 1) writer.string(nullableString(cursor))
  return writer
    .int32(cursor.int32())
    .string(errorCode === 0 ? host : '')
    .int32(errorCode === 0 ? port : -1).frame
}

function nullableString(cursor: ByteCursor): string | null {
  const length = cursor.int16()
  return length < 0 ? null : cursor.take(length).toString('utf8')
}
