import { describe, expect, test } from 'vitest'
import { missedText, type MissedAnswer } from '../src/replay/missed.ts'
import { rebuildText, type RebuildAnswer } from '../src/replay/rebuild.ts'

const plain = { paint: (_: unknown, text: string) => text }
const type = 'nav.layoffs.LayoffEnded'

describe('what a replay of missed events says', () => {
  const answer: MissedAnswer = {
    dryRun: false,
    from: '2026-11-01T00:00:00.000Z',
    read: 812,
    missed: { [type]: 40 },
    unreadable: 0,
    damaged: 0,
    expired: 0,
    handled: 36,
    parked: 4,
  }

  test('is how many events of which type, and what became of them', () => {
    const text = missedText(answer, 'wage-compensation', plain)
    expect(text).toMatch(/nav\.layoffs\.LayoffEnded\s+40/)
    expect(text).toContain('36 events were handled.')
    expect(text).toContain('4 events were parked: see `samspill dead list wage-compensation --retrying`.')
  })

  test('is in a dry run what to do next, and that nothing was done', () => {
    const text = missedText({ ...answer, dryRun: true, handled: 0, parked: 0 }, 'wage-compensation', plain)
    expect(text).toContain('Nothing was changed.')
    expect(text).toContain('samspill replay wage-compensation --missed --from 2026-11-01T00:00:00.000Z --reason')
  })

  test('is that there was nothing', () => {
    const text = missedText({ ...answer, missed: {}, handled: 0, parked: 0 }, 'wage-compensation', plain)
    expect(text).toContain('Nothing was missed.')
    expect(text).not.toContain('expired')
  })

  test('is how many records nobody can look at any more', () => {
    const nothing = { ...answer, missed: {}, handled: 0, parked: 0, expired: 1_200 }
    expect(missedText(nothing, 'wage-compensation', plain)).toContain(
      '1200 records have expired before those that are left: what was missed among them cannot be replayed.',
    )
  })
})

describe('what a rebuild says', () => {
  const same: RebuildAnswer = {
    dryRun: false,
    handled: { [type]: 120 },
    noLongerHandled: 0,
    same: 120,
    changed: 0,
    missing: 0,
    unfounded: 0,
    notComparable: 0,
    correctedSince: 0,
    differences: [],
    swapped: true,
    published: 0,
  }
  const difference = { kind: 'changed', type, eventId: 'e-1', causationId: 'c-1', fields: ['totalInOre'] } as const
  const differs: RebuildAnswer = { ...same, same: 118, changed: 2, differences: [difference, difference] }

  test('is that all is as it was sent', () => {
    const text = rebuildText(same, 'wage-compensation')
    expect(text).toContain('120 returned events are as sent, none differs.')
    expect(text).toContain('The tables were built anew. Nothing was to be sent.')
  })

  test('is which events differ, by the names of the fields, and how to send them', () => {
    const text = rebuildText(differs, 'wage-compensation')
    expect(text).toMatch(/nav\.layoffs\.LayoffEnded\s+e-1\s+says something else now\s+totalInOre/)
    expect(text).toContain('What differs was not sent.')
    expect(text).toContain('samspill replay wage-compensation --rebuild --publish-differences --reason')
  })

  test('is how many corrections were sent', () => {
    expect(rebuildText({ ...differs, published: 2 }, 'wage-compensation')).toContain('2 corrections were sent.')
  })

  test('is in a dry run that nothing was done', () => {
    const text = rebuildText({ ...differs, dryRun: true, swapped: false }, 'wage-compensation')
    expect(text).toContain('Nothing was changed')
  })
})
