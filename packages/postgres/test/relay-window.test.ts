import { noHeaders } from '@samspill/contracts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RelayRow } from '../src/relay-store.ts'
import { RelayWindow, type WindowLimits } from '../src/relay-window.ts'

const limits: WindowLimits = { rows: 10, bytes: 1_000, rowsPerPartition: 6, rowsPerSubject: 3, slowMilliseconds: 1_000 }

const row = (id: number, key: string, place: { partition?: number; bytes?: number } = {}): RelayRow => ({
  id,
  eventId: `event ${id}`,
  type: 'nav.benefits.WageCompensationGranted',
  topic: 'nav.benefits',
  partition: place.partition ?? 0,
  key: Buffer.from(key),
  value: Buffer.alloc(0),
  headers: noHeaders,
  createdAt: 0,
  bytes: place.bytes ?? 10,
})

describe('the window of the relay', () => {
  let now: number
  let window: RelayWindow
  beforeEach(() => {
    now = 1_000_000
    window = new RelayWindow(
      limits,
      () => now,
      () => 1,
    )
  })
  const begin = (): number[] => window.begin().map(({ id }) => id)

  it('sends one row of each subject at a time', () => {
    const [first, second, other] = [row(1, 'kari'), row(2, 'kari'), row(3, 'ola')]
    window.take([first, second, other])
    expect(begin()).toEqual([1, 3])
    expect(begin()).toEqual([])
    window.acknowledged(first)
    expect(begin()).toEqual([2])
  })

  it('leaves out of the next read what it holds, until its deletion is done', () => {
    const first = row(1, 'kari')
    window.take([first])
    begin()
    window.acknowledged(first)
    expect(window.leftOut([]).ids).toEqual([1])
    window.forgetSent(window.sentRows())
    expect(window.leftOut([]).ids).toEqual([])
  })

  it('takes only so much of a subject, and nothing that follows what it left', () => {
    const rows = [1, 2, 3, 4, 5].map((id) => row(id, 'kari'))
    window.take(rows)
    expect(window.leftOut([])).toMatchObject({
      ids: [1, 2, 3],
      subjects: [{ topic: 'nav.benefits', key: Buffer.from('kari') }],
    })
    window.readDue = false
    begin()
    window.acknowledged(rows[0] ?? row(1, 'kari'))
    expect(window.readDue).toBe(false)
    begin()
    window.acknowledged(rows[1] ?? row(2, 'kari'))
    expect(window.readDue).toBe(true)
  })

  it('leaves a full partition out of the next read', () => {
    window.take([1, 2, 3, 4, 5, 6, 7].map((id) => row(id, `key ${id}`)))
    expect(window.leftOut([])).toMatchObject({
      ids: [1, 2, 3, 4, 5, 6],
      partitions: [{ topic: 'nav.benefits', partition: 0 }],
    })
  })

  it('has no room while rows or bytes are more than half its limit', () => {
    window.take([row(1, 'a', { bytes: 600 })])
    expect(window.hasRoom([])).toBe(false)
  })

  it('counts partitions that are stuck or slow for nothing', () => {
    window.take([1, 2, 3, 4, 5, 6].map((id) => row(id, `key ${id}`)))
    expect(window.hasRoom([])).toBe(false)
    expect(window.hasRoom([{ topic: 'nav.benefits', partition: 0 }])).toBe(true)
    begin()
    now += 1_500
    expect(window.hasRoom([])).toBe(true)
    expect(window.leftOut([]).partitions).toEqual([{ topic: 'nav.benefits', partition: 0 }])
  })

  it('tries a partition again after a rest that grows, with one row first', () => {
    const rows = [row(1, 'kari'), row(2, 'ola'), row(3, 'siri')]
    window.take(rows)
    begin()
    const rests = rows.map((failing) => window.failed(failing))
    expect(rests).toEqual([100, undefined, undefined])
    expect(begin()).toEqual([])
    now += 100
    const [probe] = window.begin()
    expect(probe?.id).toBe(1)
    expect(begin()).toEqual([])
    expect(window.failed(probe ?? row(1, 'kari'))).toBe(200)
    expect(window.nextRetryAt()).toBe(now + 200)
    now += 200
    const [again] = window.begin()
    window.acknowledged(again ?? row(1, 'kari'))
    expect(begin()).toEqual([2, 3])
  })

  it('holds a refused subject back until it is parked, also rows that a read brings meanwhile', () => {
    const [huge, after] = [row(1, 'kari'), row(2, 'kari')]
    window.take([huge, after])
    begin()
    window.refused(huge, 'record-too-large')
    window.take([row(3, 'kari'), row(4, 'ola')])
    expect(begin()).toEqual([4])
    expect(window.refusedRows()).toEqual([{ row: huge, code: 'record-too-large' }])
    window.forgetRefused(window.refusedRows())
    expect(window.leftOut([]).ids).toEqual([4])
    window.take([huge, after])
    expect(begin()).toEqual([1])
  })

  it('holds nothing when all is sent', () => {
    const rows = [row(1, 'kari'), row(2, 'ola', { partition: 1 }), row(3, 'kari')]
    window.take(rows)
    for (let sending = window.begin(); sending.length > 0; sending = window.begin()) {
      for (const sent of sending) window.acknowledged(sent)
    }
    window.forgetSent(window.sentRows())
    expect({ held: window.held, underWay: window.underWay, sent: window.sent, room: window.hasRoom([]) }).toEqual({
      held: 0,
      underWay: 0,
      sent: 0,
      room: true,
    })
  })
})
