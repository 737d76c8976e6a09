import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import { eventually, type ObservedEvent } from '@samspill/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectedCorrections, textOf, type Difference, type Expected } from './expected-corrections.ts'
import { liveMarch, type LivedMarch } from './lived-march.ts'
import type { Tables } from './tables-of-services.ts'

const people = 240

let march: LivedMarch
beforeAll(async () => {
  march = await liveMarch(`test-month-${process.pid}`, people)
}, 300_000)
afterAll(() => march?.[Symbol.asyncDispose](), 60_000)

describe('a month that is read again', () => {
  test('was a month in which something of every kind happened', async () => {
    const { tables } = await march.everything()
    const types = new Set(march.events.map(({ type }) => type))
    expect(types).toContain('nav.employer_pay.EmployerPayReported')
    expect(types).toContain('nav.layoffs.LayoffEnded')
    expect(types).toContain('vestland.career_guidance.CareerGuidanceWithdrawn')
    expect(types).toContain('bergen.social_assistance.SocialAssistanceDraftWithdrawn')
    expect(tables['social-assistance drafts']?.length).toBeGreaterThan(5)
    expect(tables['wage-compensation parked_event']).toEqual([])
  })

  test('changes no row of any table of any service, and sends nothing', async () => {
    const before = await march.everything()
    expect(await march.replay('wage-compensation', '--missed', '--from', '1d')).toMatchObject({
      missed: {},
      handled: 0,
      parked: 0,
    })
    for (const service of ['wage-compensation', 'career-guidance', 'social-assistance']) {
      const rebuilt = await march.replay(service, '--rebuild', '--publish-differences')
      expect(rebuilt).toMatchObject({ changed: 0, missing: 0, unfounded: 0, published: 0, swapped: true })
      expect(rebuilt['same']).toBeGreaterThan(0)
    }
    expect(await march.everything()).toEqual(before)
  })
})

describe('a month that is read again by another rule', () => {
  test('is told anew only where the rule makes a difference, and only when that is asked for', async () => {
    const before = await march.everything()
    const told = march.events.slice()
    const expected = expectedCorrections(told, march.country)
    await using _ = await wageCompensationByOtherRule()

    const listed = await march.replay('wage-compensation', '--rebuild')
    expect(listed).toMatchObject({ ...countsOf(expected), swapped: true, published: 0 })
    const listedIds = (listed['differences'] as Difference[]).map(({ kind, eventId }) => `${kind} ${eventId}`)
    expect(listedIds.filter((each) => !each.startsWith('missing')).toSorted()).toEqual(
      expected.flatMap(({ kind, of }) => (of === undefined ? [] : [`${kind} ${of.id}`])).toSorted(),
    )
    const unsent = await march.everything()
    expect(unsent.ends).toEqual(before.ends)
    expect(ofOthers(unsent.tables)).toEqual(ofOthers(before.tables))

    const sent = await march.replay('wage-compensation', '--rebuild', '--publish-differences')
    expect(sent).toMatchObject({ ...countsOf(expected), swapped: true, published: expected.length })
    const after = await march.everything()
    const corrections = march.events.slice(told.length)
    expect(corrections.every(({ replay }) => replay)).toBe(true)
    expect(corrections.map(textOf).toSorted()).toEqual(expected.map(({ event }) => event).toSorted())
    expectOnlyThese(before.tables, after.tables, corrections)

    const again = await march.replay('wage-compensation', '--rebuild', '--publish-differences')
    expect(again).toMatchObject({ changed: 0, missing: 0, unfounded: 0, published: 0 })
    expect((await march.everything()).ends).toEqual(after.ends)
  })
})

function countsOf(expected: readonly Expected[]): Readonly<Record<Difference['kind'], number>> {
  const count = (kind: Difference['kind']): number => expected.filter((each) => each.kind === kind).length
  const counts = { changed: count('changed'), missing: count('missing'), unfounded: count('unfounded') }
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(0)
  return counts
}

function ofOthers(tables: Tables): Tables {
  return Object.fromEntries(Object.entries(tables).filter(([name]) => !name.startsWith('wage-compensation ')))
}

/**
 * Rows of the services downstream have changed only where they name one of the corrections, or a layoff that one is
 * about; and the municipality knows now what the corrections say.
 */
function expectOnlyThese(before: Tables, after: Tables, corrections: readonly ObservedEvent[]): void {
  const names = corrections.flatMap(({ id, data }) => [id ?? '', String(data['layoffId'])])
  expect(Object.keys(after)).toEqual(Object.keys(before))
  for (const table of Object.keys(ofOthers(after)).filter((name) => !name.endsWith(' position'))) {
    const [old, now] = [before[table] ?? [], after[table] ?? []]
    const rows = [...without(old, now), ...without(now, old)]
    expect(rows.filter((row) => !names.some((name) => row.includes(name)))).toEqual([])
  }
  expect(Object.entries(after).flatMap(([table, rows]) => (table.endsWith(' parked_event') ? rows : []))).toEqual([])
  expect(after['career-guidance offers']).toEqual(before['career-guidance offers'])

  const facts = (after['social-assistance facts'] ?? []).map((row) => JSON.parse(row) as Fact)
  const known = corrections.flatMap(({ annuls, data }) => {
    const fact = facts.find((each) => each.fact === 'WAGE_COMPENSATION' && each.about === data['layoffId'])
    if (annuls || fact === undefined) return []
    return [[fact.content.totalInOre ?? fact.content.reason, data['totalInOre'] ?? data['reason']]]
  })
  expect(new Set(known.map(([is]) => typeof is))).toEqual(new Set(['number', 'string']))
  for (const [is, told] of known) expect(String(is)).toBe(String(told))
}

function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Set(others)
  return rows.filter((row) => !left.has(row))
}

interface Fact {
  readonly fact: string
  readonly about: string
  readonly content: { readonly totalInOre?: number; readonly reason?: string }
}

/** Lets wage-compensation run by another rule, in a process of its own, in the place of the one that the stack runs. */
async function wageCompensationByOtherRule(): Promise<AsyncDisposable> {
  await march.stack.stopPart('wage-compensation')
  const program = join(cloneFolder, 'services/wage-compensation/test/other-rule-process.ts')
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...march.stack.environment, SAMSPILL_HTTP_PORT: '0', SAMSPILL_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  await eventually('the service by another rule is ready', async () => {
    const address = /"address":"([^"]+)"/.exec(output)?.[1]
    return address !== undefined && (await fetch(`${address}/health/ready`)).ok
  })
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await march.stack.startPart('wage-compensation')
    },
  }
}
