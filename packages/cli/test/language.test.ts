import type { Verdict } from '@samspill/avro'
import type { TopicDifference } from '@samspill/language'
import { describe, expect, test } from 'vitest'
import { requireNoneRefused, verdictText } from '../src/schemas/verdict-text.ts'
import { planText, requireNothingRefused } from '../src/streams/topic-plan.ts'
import { table } from '../src/terminal.ts'
import { fakeTerminal } from './fake-terminal.ts'

const refused: Verdict = {
  subject: 'nav.layoffs-nav.layoffs.LayoffRegistered',
  outcome: 'refused',
  problems: [{ path: 'percentage', rule: 'field-removed', message: 'the field is gone and had no default' } as never],
}
const unchanged: Verdict = { subject: 'nav.benefits-nav.benefits.WageCompensationGranted', outcome: 'unchanged', id: 7 }

describe('schemas that are to be registered', () => {
  test('are shown one by one, with the reasons of those that do not fit', () => {
    expect(verdictText([unchanged, refused], fakeTerminal())).toBe(
      [
        'nav.benefits-nav.benefits.WageCompensationGranted  registered already',
        'nav.layoffs-nav.layoffs.LayoffRegistered           REFUSED',
        '    percentage: the field is gone and had no default',
      ].join('\n'),
    )
  })

  test('are all left out when one does not fit, with what to do', () => {
    expect(() => requireNoneRefused([unchanged, refused])).toThrow(/nothing was registered[^]*publish a new event type/)
    expect(() => requireNoneRefused([unchanged])).not.toThrow()
  })
})

describe('a plan for the topics', () => {
  const create: TopicDifference = { kind: 'create', topic: 'nav.layoffs', partitions: 6, replicas: 1, settings: {} }
  const change: TopicDifference = {
    kind: 'change',
    topic: 'nav.benefits',
    setting: 'retention.ms',
    from: undefined,
    to: '-1',
  }
  const extra: TopicDifference = { kind: 'extra', topic: 'somebody.elses', message: '' }
  const no: TopicDifference = {
    kind: 'refused',
    topic: 'nav.layoffs',
    setting: 'partitions',
    message: 'breaks the order',
  }

  test('shows what is new, what changes and what is left alone', () => {
    expect(planText([create, change, extra])).toBe(
      [
        '+ nav.layoffs: 6 partitions, 1 copy',
        '~ nav.benefits: retention.ms default → -1',
        '? no stream, left alone: somebody.elses',
      ].join('\n'),
    )
  })

  test('says so when nothing differs', () => {
    expect(planText([])).toBe('The topics are what the language says.')
  })

  test('changes nothing when something is refused', () => {
    expect(() => requireNothingRefused([create, no])).toThrow('nothing was changed:\nnav.layoffs: breaks the order')
  })
})

describe('a table', () => {
  test('has columns as wide as their widest cell and no blanks at the end', () => {
    expect(
      table([
        ['part', 'pid'],
        ['postgres', '4711'],
        ['kafka', ''],
      ]),
    ).toBe('part      pid\npostgres  4711\nkafka')
  })
})
