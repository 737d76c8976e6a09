import { noHeaders } from '@samspill/contracts'
import type { Answer, Session } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RelayRow } from '../src/relay-store.ts'
import { RelayTerm } from '../src/relay-term.ts'

const fullRead = 2_000
const fullPartition = 500

/** An outbox that gives each read what was written since the last one, and notes when it was read. */
class FakeOutbox implements Session {
  readonly pipelined = true
  readonly lost = new AbortController().signal
  readonly readAt: number[] = []
  deleted = 0
  #written = 0
  #waiting: unknown[] = []

  write(count: number, partitions = 1): void {
    for (let number = 0; number < count; number += 1) {
      this.#written += 1
      this.#waiting.push({
        id: this.#written,
        event_id: `event ${this.#written}`,
        type: 'nav.benefits.WageCompensationGranted',
        topic: 'nav.benefits',
        partition: number % partitions,
        key: Buffer.from(`subject ${this.#written}`),
        value: Buffer.alloc(0),
        headers: noHeaders,
        created_at: new Date(0),
      })
    }
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Answer<Row>> {
    await Promise.resolve()
    if (text.includes('with recursive lane')) return this.#read() as Answer<Row>
    if (text.includes('delete from outbox')) this.deleted += countIn(values[0] as Buffer)
    return { rows: [], rowCount: text.startsWith('select from outbox limit') && this.#waiting.length > 0 ? 1 : 0 }
  }

  #read(): Answer<unknown> {
    this.readAt.push(Date.now())
    const rows = this.#waiting.splice(0, fullRead)
    return { rows, rowCount: rows.length }
  }

  onNotification(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** How many elements an array parameter holds. */
function countIn(array: Buffer): number {
  return array.readInt32BE(12)
}

describe('when the relay reads and deletes', () => {
  let outbox: FakeOutbox
  let term: RelayTerm
  let running: Promise<void>
  /** After how many milliseconds a row is acknowledged. */
  let answerAfter: (id: number) => number
  /** How fast the relay's clock goes by that of its timers. */
  let clockRate: number
  /** When it has looked at its clock. */
  const wokenAt = new Set<number>()
  beforeEach(async () => {
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    outbox = new FakeOutbox()
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const vacuum = { deleted() {} }
    answerAfter = () => 0
    clockRate = 1
    const send = ({ id }: RelayRow): Promise<void> => new Promise((resolve) => setTimeout(resolve, answerAfter(id)))
    const now = (): number => {
      wokenAt.add(Date.now())
      return Date.now() * clockRate
    }
    term = new RelayTerm(outbox, { send, now, log }, { counts: { sent: 0, failed: 0 }, vacuum })
    running = term.run()
    await pass(0)
    outbox.readAt.length = 0
  })
  afterEach(async () => {
    term.stop()
    await pass(1_000)
    await running
    vi.useRealTimers()
  })

  const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds)
  const commit = (rows: number, partitions?: number): void => {
    outbox.write(rows, partitions)
    term.wake()
  }

  it('reads at once, when it is woken after it found one row or none', async () => {
    commit(1)
    await pass(0)
    commit(1)
    await pass(0)
    expect(outbox.readAt).toEqual([0, 0])
  })

  it('reads a millisecond later for each row but the first that it found, when it is woken', async () => {
    commit(12)
    await pass(0)
    commit(1)
    await pass(30)
    expect(outbox.readAt).toEqual([0, 11])
  })

  it('reads 40 milliseconds later at most, however many it found', async () => {
    commit(300)
    await pass(0)
    commit(1)
    await pass(100)
    expect(outbox.readAt).toEqual([0, 40])
  })

  it('reads once for all that wake it while it rests', async () => {
    commit(21)
    await pass(0)
    for (let number = 0; number < 10; number += 1) {
      commit(1)
      await pass(1)
    }
    await pass(20)
    expect(outbox.readAt).toEqual([0, 20])
  })

  it('reads again without a rest, when a partition brought as much as one read takes of it', async () => {
    commit(fullPartition)
    await pass(0)
    expect(outbox.readAt).toEqual([0, 0])
  })

  it('reads again without a rest, when all partitions together brought as much as one read takes', async () => {
    commit(fullRead + 1, 6)
    await pass(0)
    expect(outbox.readAt).toEqual([0, 0])
  })

  it('rests when several partitions brought much together, but none as much as one read takes of it', async () => {
    commit(fullPartition * 2, 6)
    await pass(0)
    commit(1)
    await pass(39)
    expect(outbox.readAt).toEqual([0])
    await pass(1)
    expect(outbox.readAt).toEqual([0, 40])
  })

  it('does not read again for having found much, when nobody wakes it', async () => {
    commit(300)
    await pass(200)
    expect(outbox.readAt).toEqual([0])
  })

  it('reads by itself when 250 milliseconds are over and there is a row', async () => {
    outbox.write(1)
    await pass(249)
    expect(outbox.readAt).toEqual([])
    await pass(1)
    expect(outbox.readAt).toEqual([250])
  })

  it('wakes up once for each look, also when timers come a little early', async () => {
    clockRate = 0.998
    wokenAt.clear()
    await pass(1_000)
    expect(wokenAt.size).toBe(4)
  })

  it('deletes 20 milliseconds after the first acknowledgement', async () => {
    commit(199)
    await pass(19)
    expect(outbox.deleted).toBe(0)
    await pass(1)
    expect(outbox.deleted).toBe(199)
  })

  it('deletes at once what are 200', async () => {
    answerAfter = (id) => (id < 200 ? 0 : 5)
    commit(200)
    await pass(4)
    expect(outbox.deleted).toBe(0)
    await pass(1)
    expect(outbox.deleted).toBe(200)
  })
})
