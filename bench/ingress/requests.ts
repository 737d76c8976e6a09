import { protobufBatch, type BinaryEvent } from './protobuf-batch.ts'
import { layoffEvents, layoffValues, type LayoffEvent } from './layoffs.ts'

/** How events are sent. */
export type SendMode = 'single' | 'single-avro' | 'batch' | 'batch-avro' | 'batch-base64'

/** Events in each batch. */
export const batchSize = 100

/** A request as it goes over the wire, and where the ids of its events stand in it. */
export class PreparedRequest {
  readonly bytes: Buffer
  readonly #ids: readonly number[]

  constructor(head: string, body: Buffer, events: readonly LayoffEvent[]) {
    this.bytes = Buffer.concat([Buffer.from(head), body])
    // The last twelve digits of each id are written anew before each sending.
    this.#ids = events.map(({ id }) => this.bytes.indexOf(id) + 24)
  }

  /** Gives each event an id that no other one has; `next` counts. */
  renew(next: () => number): void {
    for (const at of this.#ids) this.bytes.write(next().toString(16).padStart(12, '0'), at, 'latin1')
  }
}

/** Prepares so many different requests. */
export function prepareRequests(
  mode: SendMode,
  count: number,
  to: { readonly host: string; readonly schemaId: number },
): readonly PreparedRequest[] {
  const perRequest = mode.startsWith('batch') ? batchSize : 1
  const events = layoffEvents(count * perRequest)
  const valueOf = layoffValues(to.schemaId)
  return Array.from({ length: count }, (_, number) => {
    const own = events.slice(number * perRequest, (number + 1) * perRequest)
    const { type, body, more = '' } = written(mode, own, valueOf)
    const head = `POST /events HTTP/1.1\r\nHost: ${to.host}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n${more}\r\n`
    return new PreparedRequest(head, body, own)
  })
}

function written(
  mode: SendMode,
  events: readonly LayoffEvent[],
  valueOf: (event: LayoffEvent) => Buffer,
): { readonly type: string; readonly body: Buffer; readonly more?: string } {
  const [first] = events
  if (first === undefined) throw new Error('a request of the benchmark has no event')
  switch (mode) {
    case 'single':
      return { type: 'application/cloudevents+json', body: Buffer.from(JSON.stringify(first)) }
    case 'batch':
      return { type: 'application/cloudevents-batch+json', body: Buffer.from(JSON.stringify(events)) }
    case 'single-avro': {
      const { data: _data, ...attributes } = first
      const more = Object.entries(attributes)
        .map(([name, value]) => `ce-${name}: ${value}\r\n`)
        .join('')
      return { type: 'application/avro', body: valueOf(first), more }
    }
    case 'batch-avro': {
      const binary = events.map((event) => ({ ...event, datacontenttype: 'application/avro', data: valueOf(event) }))
      return { type: 'application/cloudevents-batch+protobuf', body: protobufBatch(binary as readonly BinaryEvent[]) }
    }
    case 'batch-base64': {
      const inBase64 = events.map(({ data, ...attributes }) => ({
        ...attributes,
        datacontenttype: 'application/avro',
        data_base64: valueOf({ ...attributes, data }).toString('base64'),
      }))
      return { type: 'application/cloudevents-batch+json', body: Buffer.from(JSON.stringify(inBase64)) }
    }
  }
}
