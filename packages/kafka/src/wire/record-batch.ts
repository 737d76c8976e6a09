import { HubError, noHeaders } from '@samspill/contracts'
import type { IncomingRecord } from '../partition-reader.ts'
import { ByteCursor, malformed } from './byte-cursor.ts'
import { ReadRecord } from './read-record.ts'
import { unpack } from './unpack.ts'

/** A record as it stands in the log, transaction markers included. */
export interface LogRecord extends IncomingRecord {
  /** True for markers: they move the position and are shown to nobody. */
  readonly control: boolean
  readonly transactional: boolean
  readonly producerId: bigint
}

/** How many bytes a fetch may still unpack to. */
export interface UnpackBudget {
  /** For one batch. */
  readonly perBatch: number
  /** For the rest of the fetch; goes down as batches are unpacked. */
  left: number
}

const lengthEnd = 12
/** Records and headers in one batch, at most: each takes far more memory than the byte or two it may take packed. */
const mostItems = 250_000
const currentFormat = 2

/**
 * Reads the record batches that a fetch returned for one partition. A batch that cannot be unpacked or read becomes one
 * record with `damage` at the batch's last offset, and the others are read all the same. Stops early, at the end of a
 * batch, when the budget is used up: what is left out is fetched again.
 */
export async function readRecordBatches(bytes: Buffer, budget: UnpackBudget): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  let at = 0
  while (bytes.length - at > lengthEnd && budget.left > 0) {
    const end = at + lengthEnd + bytes.readInt32BE(at + 8)
    // The broker cuts a fetch at its size, in the middle of a batch; a length that makes no sense ends it too.
    if (end > bytes.length || end <= at + lengthEnd) break
    for (const record of await readBatch(bytes.subarray(at, end), budget)) records.push(record)
    at = end
  }
  return records
}

interface BatchHead {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  readonly attributes: number
  readonly firstTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: bigint
  readonly count: number
}

async function readBatch(bytes: Buffer, budget: UnpackBudget): Promise<LogRecord[]> {
  const cursor = new ByteCursor(bytes)
  let head: BatchHead = unreadHead(cursor)
  try {
    head = readHead(cursor)
    const payload = await unpack(head.attributes & 7, cursor.take(cursor.left), budget.perBatch)
    budget.left -= payload.length
    return withLastOffset(readRecords(new ByteCursor(payload), head), head)
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return [standIn(head, { offset: head.lastOffset, damage: error.message, damagedFrom: head.baseOffset })]
  }
}

function unreadHead(cursor: ByteCursor): BatchHead {
  const baseOffset = cursor.int64()
  cursor.at = 0
  const nothing = { attributes: 0, firstTimestamp: 0, maxTimestamp: 0, producerId: -1n, count: 0 }
  return { baseOffset, lastOffset: baseOffset, ...nothing }
}

function readHead(cursor: ByteCursor): BatchHead {
  const baseOffset = cursor.int64()
  cursor.take(8)
  if (cursor.int8() !== currentFormat) throw malformed('the batch is in a format older than Kafka 0.11')
  cursor.take(4)
  const attributes = cursor.int16()
  const lastOffset = baseOffset + BigInt(cursor.int32())
  const firstTimestamp = Number(cursor.int64())
  const maxTimestamp = Number(cursor.int64())
  const producerId = cursor.int64()
  cursor.take(6)
  return { baseOffset, lastOffset, attributes, firstTimestamp, maxTimestamp, producerId, count: cursor.int32() }
}

function readRecords(cursor: ByteCursor, head: BatchHead): LogRecord[] {
  const batch = { ...flagsOf(head), payload: cursor.bytes }
  const appendTime = (head.attributes & 0x8) !== 0
  const records: LogRecord[] = []
  let items = head.count
  for (let number = 0; number < head.count; number += 1) {
    const length = cursor.varint()
    const end = cursor.at + length
    cursor.int8()
    const timestamp = head.firstTimestamp + cursor.varlong()
    const offset = head.baseOffset + BigInt(cursor.varint())
    const keyLength = cursor.varint()
    const keyStart = keyLength < 0 ? -1 : cursor.at
    cursor.pass(keyLength)
    const keyEnd = cursor.at
    const valueLength = cursor.varint()
    const valueStart = valueLength < 0 ? -1 : cursor.at
    cursor.pass(valueLength)
    const headersStart = cursor.at
    items += passHeaders(cursor)
    if (items > mostItems) throw malformed(`the batch holds more than ${mostItems} records and headers`)
    if (cursor.at !== end) throw malformed('a record does not end where it says')
    const places = { keyStart, keyEnd, valueStart, headersStart, end }
    records.push(new ReadRecord(batch, offset, appendTime ? head.maxTimestamp : timestamp, places))
  }
  return records
}

/** Goes past the headers of a record and says how many there are. */
function passHeaders(cursor: ByteCursor): number {
  const count = cursor.varint()
  if (count < 0 || count > mostItems) throw malformed(`a record must have from 0 to ${mostItems} headers`)
  for (let left = count; left > 0; left -= 1) {
    cursor.pass(cursor.varint())
    cursor.pass(cursor.varint())
  }
  return count
}

/** Compaction may have taken the last records: a marker in their place lets the position move past them. */
function withLastOffset(records: LogRecord[], head: BatchHead): LogRecord[] {
  if (records.at(-1)?.offset !== head.lastOffset) {
    records.push({ ...standIn(head, { offset: head.lastOffset }), control: true })
  }
  return records
}

function standIn(head: BatchHead, what: Partial<LogRecord> & { offset: bigint }): LogRecord {
  return { timestamp: head.maxTimestamp, key: null, value: null, headers: noHeaders, ...flagsOf(head), ...what }
}

function flagsOf({ attributes, producerId }: BatchHead): Pick<LogRecord, 'control' | 'transactional' | 'producerId'> {
  return { control: (attributes & 0x20) !== 0, transactional: (attributes & 0x10) !== 0, producerId }
}
