import type { Envelope } from './event.ts'
import { createMomentWriter } from './moment.ts'
import { encodeHeaders, headersInWireForm, writeLength, type RecordHeaders } from './record-headers.ts'

/** Makes the record headers of an event: CloudEvents 1.0 Kafka binding, binary mode, and W3C trace context. */
export type HeaderWriter = (envelope: Envelope) => RecordHeaders

/** The record headers of an event; who makes many of them keeps a writer. */
export function headersOfEnvelope(envelope: Envelope): RecordHeaders {
  return createHeaderWriter(0)(envelope)
}

const slabBytes = 64 * 1024

/**
 * A writer of record headers. Each event's are a part of a larger buffer, of `atLeast` bytes, which is never written
 * twice; what comes again with each event of a source and type is copied as it is.
 */
export function createHeaderWriter(atLeast: number = slabBytes): HeaderWriter {
  const beginnings = new Beginnings()
  const textOfMoment = createMomentWriter()
  let slab = Buffer.alloc(0)
  let free = 0
  return (envelope) => {
    const { id, source, correlationId, causationId, traceparent, tracestate, corrects } = envelope
    const beginning = beginnings.of(source, envelope.type)
    const most = mostBytes(envelope, beginning.length)
    if (slab.length - free < most) {
      slab = Buffer.allocUnsafeSlow(Math.max(atLeast, most))
      free = 0
    }
    const start = free
    slab.set(beginning, start + 1)
    let at = start + 1 + beginning.length
    let count = 8
    const add = (name: Buffer, value: string): void => {
      count += 1
      at = writeHeader(slab, name, value, at)
    }
    at = writeHeader(slab, named.id, id, at)
    at = writeHeader(slab, named.time, textOfMoment(envelope.time), at)
    at = writeHeader(slab, named.subject, envelope.subjectKey, at)
    at = writeHeader(slab, named.correlationId, correlationId, at)
    if (causationId !== undefined) add(named.causationId, causationId)
    if (traceparent !== undefined) add(named.traceparent, traceparent)
    if (tracestate !== undefined) add(named.tracestate, tracestate)
    if (corrects !== undefined) add(named.corrects, corrects.id)
    if (corrects !== undefined && corrects.source !== source) add(named.correctsSource, corrects.source)
    if (envelope.annuls === true) add(named.annuls, 'true')
    if (envelope.replay) add(named.replay, 'true')
    slab[start] = count * 2
    free = at
    return headersInWireForm(slab.subarray(start, at))
  }
}

const named = {
  id: nameBytes('ce_id'),
  time: nameBytes('ce_time'),
  subject: nameBytes('ce_subject'),
  correlationId: nameBytes('ce_correlationid'),
  causationId: nameBytes('ce_causationid'),
  traceparent: nameBytes('traceparent'),
  tracestate: nameBytes('tracestate'),
  corrects: nameBytes('ce_corrects'),
  correctsSource: nameBytes('ce_correctssource'),
  annuls: nameBytes('ce_annuls'),
  replay: nameBytes('ce_replay'),
} as const

/** A name with its length before it; all are short. */
function nameBytes(name: string): Buffer {
  return Buffer.from(String.fromCharCode(name.length * 2) + name, 'latin1')
}

/** More than all names, lengths and short values take together. */
const mostOfNames = 400

/** An upper bound: three bytes is the most that UTF-8 takes for one UTF-16 unit. */
function mostBytes(envelope: Envelope, beginning: number): number {
  const { id, subjectKey, correlationId, causationId, traceparent, tracestate, corrects } = envelope
  const units =
    id.length +
    subjectKey.length +
    correlationId.length +
    (causationId?.length ?? 0) +
    (traceparent?.length ?? 0) +
    (tracestate?.length ?? 0) +
    (corrects === undefined ? 0 : corrects.id.length + corrects.source.length)
  return mostOfNames + beginning + units * 3
}

/** Writes a header and gives the offset behind it. A loop is faster here than a call into the engine for each text. */
function writeHeader(bytes: Buffer, name: Buffer, value: string, start: number): number {
  let at = start
  for (let index = 0; index < name.length; index += 1) bytes[at++] = name[index] as number
  const { length } = value
  const valueAt = writeLength(bytes, length, at)
  for (let index = 0; index < length; index += 1) {
    const unit = value.charCodeAt(index)
    if (unit >= 0x80) return writeUtf8(bytes, value, at)
    bytes[valueAt + index] = unit
  }
  return valueAt + length
}

function writeUtf8(bytes: Buffer, value: string, start: number): number {
  const at = writeLength(bytes, Buffer.byteLength(value), start)
  return at + bytes.write(value, at)
}

/** Sources and types are few; whoever sends more of them fills no memory. */
const mostKept = 1_000

/** The headers that are the same for all events of a source and type, without their count. */
class Beginnings {
  readonly #known = new Map<string, Buffer>()
  #source = ''
  #type = ''
  #last: Buffer = Buffer.alloc(0)

  of(source: string, type: string): Buffer {
    // Events of one kind mostly come together.
    if (source === this.#source && type === this.#type) return this.#last
    const name = `${source} ${type}`
    let beginning = this.#known.get(name)
    if (beginning === undefined) {
      beginning = encodeHeaders([
        ['ce_specversion', Buffer.from('1.0')],
        ['content-type', Buffer.from('application/avro')],
        ['ce_source', Buffer.from(source)],
        ['ce_type', Buffer.from(type)],
      ]).subarray(1)
      if (this.#known.size >= mostKept) this.#known.clear()
      this.#known.set(name, beginning)
    }
    this.#source = source
    this.#type = type
    this.#last = beginning
    return beginning
  }
}
