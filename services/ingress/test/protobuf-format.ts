import protobuf from 'protobufjs'

/** An event as protobufjs writes it, by the names of cloudevents.proto. */
export interface ProtobufEvent {
  readonly id?: string
  readonly source?: string
  readonly specVersion?: string
  readonly type?: string
  readonly attributes?: Readonly<Record<string, object>>
  readonly binaryData?: Uint8Array
  readonly textData?: string
  readonly protoData?: object
}

/** The messages of CloudEvents' Protobuf format, for a library that knows nothing of ours. */
const messages = protobuf.Root.fromJSON({
  nested: {
    Timestamp: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    Any: { fields: { typeUrl: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Value: {
      oneofs: {
        attr: { oneof: ['ceBoolean', 'ceInteger', 'ceString', 'ceBytes', 'ceUri', 'ceUriRef', 'ceTimestamp'] },
      },
      fields: {
        ceBoolean: { type: 'bool', id: 1 },
        ceInteger: { type: 'int32', id: 2 },
        ceString: { type: 'string', id: 3 },
        ceBytes: { type: 'bytes', id: 4 },
        ceUri: { type: 'string', id: 5 },
        ceUriRef: { type: 'string', id: 6 },
        ceTimestamp: { type: 'Timestamp', id: 7 },
      },
    },
    CloudEvent: {
      oneofs: { data: { oneof: ['binaryData', 'textData', 'protoData'] } },
      fields: {
        id: { type: 'string', id: 1 },
        source: { type: 'string', id: 2 },
        specVersion: { type: 'string', id: 3 },
        type: { type: 'string', id: 4 },
        attributes: map('Value', 5),
        binaryData: { type: 'bytes', id: 6 },
        textData: { type: 'string', id: 7 },
        protoData: { type: 'Any', id: 8 },
      },
    },
    CloudEventBatch: { fields: { events: { rule: 'repeated', type: 'CloudEvent', id: 1 } } },
  },
})

/** Its types know maps only in what they give back. */
function map(type: string, id: number): { readonly type: string; readonly id: number } {
  return Object.assign({ type, id }, { keyType: 'string' })
}

/** Writes one event (`application/cloudevents+protobuf`). */
export function protobufEvent(event: ProtobufEvent): Uint8Array {
  return messages.lookupType('CloudEvent').encode(event).finish()
}

/** Writes a batch (`application/cloudevents-batch+protobuf`). */
export function protobufBatch(events: readonly ProtobufEvent[]): Uint8Array {
  return messages.lookupType('CloudEventBatch').encode({ events }).finish()
}
