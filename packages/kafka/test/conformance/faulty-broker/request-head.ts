import { ByteCursor } from '../../../src/wire/byte-cursor.ts'

/** The requests that the proxy knows, by Kafka's numbers. */
export const apiKeys = { produce: 0, fetch: 1, metadata: 3, findCoordinator: 10, apiVersions: 18 } as const

/** How every request begins. */
export interface RequestHead {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  /** The request behind its head; only for versions without tagged fields. */
  readonly body: ByteCursor
}

/** Reads the head of a request frame. */
export function readRequestHead(frame: Buffer): RequestHead {
  const body = new ByteCursor(frame)
  const apiKey = body.int16()
  const apiVersion = body.int16()
  const correlationId = body.int32()
  const clientId = body.int16()
  if (clientId > 0) body.take(clientId)
  return { apiKey, apiVersion, correlationId, body }
}
