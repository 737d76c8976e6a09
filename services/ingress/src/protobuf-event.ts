import { parseJson, problem } from '@samspill/http'
import { AttributeMoment, eventInvalid, readEvent, type CloudEvent, type EventContent } from './cloud-event.ts'
import { isAvro, isJson } from './media-type.ts'
import type { ProtobufMessage } from './protobuf-message.ts'
import { refuseForeignNames } from './structured-event.ts'

/** The attributes of an event as they are read, one after another. */
export interface ProtobufAttributes {
  id?: unknown
  source?: unknown
  specversion?: unknown
  type?: unknown
  [name: string]: unknown
}

/** The field numbers of cloudevents.proto. */
const eventField = { id: 1, source: 2, specVersion: 3, type: 4, attributes: 5, binary: 6, text: 7, message: 8 } as const
const valueField = { boolean: 1, integer: 2, string: 3, bytes: 4, uri: 5, uriReference: 6, timestamp: 7 } as const
const mapField = { name: 1, value: 2 } as const
const timestampField = { seconds: 1, nanoseconds: 2 } as const

/** What stands in a field of its own, or in the message's data, and so not among the attributes. */
const reserved: ReadonlySet<string> = new Set(['id', 'source', 'specversion', 'type', 'data', 'data_base64'])

/** CloudEvents has few attributes. */
const mostNames = 32

type Data = { readonly kind: 'none' | 'message' } | { readonly kind: 'binary' | 'text'; readonly bytes: Buffer }

/** Events of one batch mostly say the same in these: their texts are made once. */
export interface CommonTexts {
  source: string
  type: string
  contentType: string
  /** The names of the attributes, in their order. */
  readonly names: string[]
}

/**
 * Reads an event in CloudEvents' Protobuf format, its attributes into `attributes` as they come. Throws HttpProblem 400
 * `protobuf-malformed` and `event-invalid`, or 415 for data in another format than Avro or JSON.
 */
export function readProtobufEvent(
  event: ProtobufMessage,
  attributes: ProtobufAttributes,
  common: CommonTexts,
): CloudEvent {
  let data: Data = { kind: 'none' }
  let count = 0
  for (let field = event.next(); field !== 0; field = event.next()) {
    switch (field) {
      case eventField.id:
        attributes.id = event.text()
        break
      case eventField.source:
        attributes.source = common.source = event.text(common.source)
        break
      case eventField.specVersion:
        attributes.specversion = event.text('1.0')
        break
      case eventField.type:
        attributes.type = common.type = event.text(common.type)
        break
      case eventField.attributes:
        readAttribute(event.message(), attributes, common, count++)
        break
      case eventField.binary:
        data = { kind: 'binary', bytes: event.binary() }
        break
      case eventField.text:
        data = { kind: 'text', bytes: event.binary() }
        break
      case eventField.message:
        event.skip()
        data = { kind: 'message' }
        break
      default:
        event.skip()
    }
  }
  refuseForeignNames(attributes)
  return readEvent(attributes, contentOf(data, attributes['datacontenttype']))
}

function readAttribute(
  entry: ProtobufMessage,
  attributes: ProtobufAttributes,
  common: CommonTexts,
  index: number,
): void {
  let name = ''
  let value: unknown
  for (let field = entry.next(); field !== 0; field = entry.next()) {
    if (field === mapField.name) name = entry.text(common.names[index])
    else if (field === mapField.value) value = attributeValue(entry.message(), common)
    else entry.skip()
  }
  if (index < mostNames) common.names[index] = name
  if (reserved.has(name)) {
    const message = 'must not be among the attributes: it has a field of its own in the message'
    throw eventInvalid([{ path: name, rule: 'twice', message }])
  }
  // An own property whatever it is called: a plain assignment to __proto__ would be none.
  if (name === '__proto__') Object.defineProperty(attributes, name, { value, enumerable: true })
  else attributes[name] = value
}

function attributeValue(message: ProtobufMessage, common: CommonTexts): unknown {
  let value: unknown
  for (let field = message.next(); field !== 0; field = message.next()) {
    switch (field) {
      case valueField.boolean:
        value = message.boolean()
        break
      case valueField.integer:
        value = message.integer()
        break
      case valueField.string:
      case valueField.uri:
      case valueField.uriReference:
        value = message.text(common.contentType)
        break
      case valueField.bytes:
        value = message.binary()
        break
      case valueField.timestamp:
        value = momentOf(message.message())
        break
      default:
        message.skip()
    }
  }
  return value
}

function momentOf(timestamp: ProtobufMessage): AttributeMoment {
  let seconds = 0
  let nanoseconds = 0
  for (let field = timestamp.next(); field !== 0; field = timestamp.next()) {
    if (field === timestampField.seconds) seconds = timestamp.integer()
    else if (field === timestampField.nanoseconds) nanoseconds = timestamp.integer()
    else timestamp.skip()
  }
  return new AttributeMoment(seconds, nanoseconds)
}

function contentOf(data: Data, declared: unknown): EventContent {
  switch (data.kind) {
    case 'none':
      throw eventInvalid([
        { path: 'data', rule: 'missing-attribute', message: 'must be there, with the fields of the event' },
      ])
    case 'message':
      throw unsupportedData()
    case 'binary':
    case 'text':
      if (typeof declared !== 'string') throw unsupportedData()
      if (isJson(declared)) return { format: 'json', data: parseJson(data.bytes) }
      if (data.kind === 'text' || !isAvro(declared)) throw unsupportedData()
      return { format: 'avro', bytes: data.bytes }
  }
}

function unsupportedData(): Error {
  return problem(
    415,
    'data-format-unsupported',
    'The data is in a format that the hub does not take: send framed Avro in binary_data with datacontenttype application/avro, or JSON in text_data with application/json.',
  )
}
