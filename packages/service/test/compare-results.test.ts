import { timestamp, type Envelope } from '@samspill/contracts'
import { describe, expect, test } from 'vitest'
import { compareResults, type Difference, type Result } from '../src/replay/compare-results.ts'

const cause = 'layoff-1'
const source = '/nav/wage-compensation'

interface Told {
  readonly id: string
  readonly says: string
  readonly type?: string
  readonly about?: string
  readonly corrects?: string
  readonly annuls?: boolean
  readonly replay?: boolean
  readonly causationId?: string
}

const event = ({ id, says, type = 'Granted', about = 'kari', corrects, ...more }: Told): Result => {
  const envelope: Envelope = {
    id,
    source,
    type: `nav.wage_compensation.${type}`,
    time: timestamp('2020-04-01T08:00:00Z'),
    subjectKey: about,
    correlationId: 'case-1',
    causationId: more.causationId ?? cause,
    ...(corrects === undefined ? {} : { corrects: { source, id: corrects } }),
    ...(more.annuls === undefined ? {} : { annuls: more.annuls }),
    replay: more.replay ?? corrects !== undefined,
  }
  return { envelope, key: Buffer.from(about), value: Buffer.from(says) }
}

const compare = (sent: readonly Told[], returned: readonly Told[]): string[] =>
  compareResults(sent.map(event), returned.map(event), cause, () => ['total']).map(sentence)

function sentence(difference: Difference): string {
  switch (difference.kind) {
    case 'changed':
      return `${difference.before.envelope.id} becomes ${String(difference.now.value)}`
    case 'missing':
      return `${difference.now.envelope.id} was never sent`
    case 'unfounded':
      return `${difference.before.envelope.id} follows no more`
  }
}

describe('what is returned now, beside what was sent', () => {
  test('is no difference where it is the same', () => {
    expect(compare([{ id: 'g', says: '100' }], [{ id: 'g', says: '100' }])).toEqual([])
    expect(compare([], [])).toEqual([])
  })

  test('differs where an event says something else', () => {
    expect(compare([{ id: 'g', says: '100' }], [{ id: 'g', says: '120' }])).toEqual(['g becomes 120'])
  })

  test('is the same where the bytes differ and no field does', () => {
    const found = compareResults([event({ id: 'g', says: 'a' })], [event({ id: 'g', says: 'b' })], cause, () => [])
    expect(found).toEqual([])
  })

  test('differs where an event is one more or one less', () => {
    expect(compare([], [{ id: 'g', says: '100' }])).toEqual(['g was never sent'])
    expect(compare([{ id: 'g', says: '100' }], [])).toEqual(['g follows no more'])
  })

  test('is another event where its type or its subject is another', () => {
    expect(compare([{ id: 'g', says: '100' }], [{ id: 'r', says: 'no', type: 'Refused' }])).toEqual([
      'r was never sent',
      'g follows no more',
    ])
    expect(compare([{ id: 'g', says: '100' }], [{ id: 'h', says: '100', about: 'ola' }])).toEqual([
      'h was never sent',
      'g follows no more',
    ])
  })

  test('belongs to what was sent of the same type and subject, in order, where the ids say nothing', () => {
    const sent = [
      { id: 'a', says: '1' },
      { id: 'b', says: '2' },
      { id: 'c', says: '3' },
    ]
    const returned = [
      { id: 'c', says: '3' },
      { id: 'x', says: '1' },
      { id: 'y', says: '9' },
    ]
    expect(compare(sent, returned)).toEqual(['b becomes 9'])
  })

  test('is compared with what an earlier replay has made of it', () => {
    const sent = [
      { id: 'g', says: '100' },
      { id: 'g2', says: '120', corrects: 'g' },
      { id: 'g3', says: '130', corrects: 'g2' },
    ]
    expect(compare(sent, [{ id: 'g', says: '130' }])).toEqual([])
    expect(compare(sent, [{ id: 'g', says: '100' }])).toEqual(['g3 becomes 100'])
    expect(compare(sent, [])).toEqual(['g3 follows no more'])
  })

  test('is told again where an earlier replay has taken it back, and only then', () => {
    const sent = [
      { id: 'g', says: '100' },
      { id: 'g2', says: '100', corrects: 'g', annuls: true },
    ]
    expect(compare(sent, [])).toEqual([])
    expect(compare(sent, [{ id: 'g', says: '100' }])).toEqual(['g2 becomes 100'])
  })

  test('holds the corrections that a handler returned itself for results like any other', () => {
    const sent = [
      { id: 'g', says: '100' },
      { id: 'back', says: '100', corrects: 'elsewhere', annuls: true },
    ]
    expect(compare(sent, sent)).toEqual([])
    expect(compare(sent, sent.slice(0, 1))).toEqual(['back follows no more'])
  })

  test('leaves alone what followed from another cause', () => {
    const sent = [{ id: 'other', says: '100', causationId: 'layoff-2' }]
    expect(compare(sent, [])).toEqual([])
    expect(compare(sent, [{ id: 'other', says: '120', causationId: 'layoff-2' }])).toEqual(['other becomes 120'])
  })
})
