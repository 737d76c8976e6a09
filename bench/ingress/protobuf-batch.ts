/** An event with its attributes as text, and its data as bytes of the type that `datacontenttype` names. */
export interface BinaryEvent {
  readonly id: string
  readonly source: string
  readonly specversion: string
  readonly type: string
  readonly time: string
  readonly datacontenttype: string
  readonly data: Buffer
}

/** A batch in CloudEvents' Protobuf format (`CloudEventBatch` of cloudevents.proto), as its SDKs write it. */
export function protobufBatch(events: readonly BinaryEvent[]): Buffer {
  return Buffer.concat(events.map((event) => delimited(1, protobufEvent(event))))
}

function protobufEvent({ id, source, specversion, type, time, datacontenttype, data }: BinaryEvent): Buffer {
  const seconds = Buffer.concat([varint(1 * 8), varint(Math.floor(Date.parse(time) / 1000))])
  return Buffer.concat([
    delimited(1, Buffer.from(id)),
    delimited(2, Buffer.from(source)),
    delimited(3, Buffer.from(specversion)),
    delimited(4, Buffer.from(type)),
    attribute('time', delimited(7, seconds)),
    attribute('datacontenttype', delimited(3, Buffer.from(datacontenttype))),
    delimited(6, data),
  ])
}

function attribute(name: string, value: Buffer): Buffer {
  return delimited(5, Buffer.concat([delimited(1, Buffer.from(name)), delimited(2, value)]))
}

function delimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
  return Buffer.from([...bytes, rest])
}
