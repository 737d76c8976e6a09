import type { Country, ObservedEvent } from '@samspill/testing'

/** What the other rule of services/wage-compensation/test says. */
const [mostPerDay, leastPercentage] = [150_000, 60]

/** An event that a rebuild lists. */
export interface Difference {
  readonly kind: 'changed' | 'missing' | 'unfounded'
  readonly eventId: string
}

/** A difference that is expected, and the event that puts it right. */
export interface Expected {
  readonly kind: Difference['kind']
  /** The event that was sent; undefined where none was. */
  readonly of: ObservedEvent | undefined
  /** The correction, as `textOf` writes it. */
  readonly event: string
}

/**
 * What follows from the other rule: a grant that holds and was for more a day is corrected; of layoffs below the least
 * percentage all that was told is taken back and a refusal is told, but where it turned out that there was no layoff:
 * that was told and stays so.
 */
export function expectedCorrections(events: readonly ObservedEvent[], country: Country): readonly Expected[] {
  const own = events.filter(({ source }) => source === '/nav/wage-compensation')
  const corrected = new Set(own.map(({ corrects }) => corrects))
  const byLayoff = Map.groupBy(own, ({ data }) => String(data['layoffId']))
  const layoffs = new Map(country.layoffs.map((layoff) => [layoff.layoffId, layoff]))
  return Array.from(byLayoff).flatMap(([layoffId, told]): readonly Expected[] => {
    const percentage = Number(layoffs.get(layoffId)?.percentage)
    if (told.some(({ data }) => data['reason'] === 'REGISTERED_IN_ERROR')) return []
    if (percentage >= leastPercentage) return told.filter((each) => !corrected.has(each.id)).flatMap(lowered)
    if (told.every(({ type }) => type.endsWith('Refused'))) return []
    return [...told.map(takenBack), refused(layoffId, told[0]?.data['person'])]
  })
}

function takenBack(of: ObservedEvent): Expected {
  return { kind: 'unfounded', of, event: textOf({ ...of, corrects: of.id, annuls: true }) }
}

function refused(layoffId: string, person: unknown): Expected {
  const data = { layoffId, person, reason: 'OUTSIDE_SCHEME', ruleVersion: 'FOR-2020-04-08-757' }
  const type = 'nav.benefits.WageCompensationRefused'
  return { kind: 'missing', of: undefined, event: textOf({ type, data, corrects: undefined, annuls: false }) }
}

function lowered(of: ObservedEvent): readonly Expected[] {
  const { dailyRateInOre, days } = of.data as { readonly dailyRateInOre?: number; readonly days?: number }
  if (dailyRateInOre === undefined || days === undefined || dailyRateInOre <= mostPerDay) return []
  const data = { ...of.data, dailyRateInOre: mostPerDay, totalInOre: mostPerDay * days }
  return [{ kind: 'changed', of, event: textOf({ type: of.type, data, corrects: of.id, annuls: false }) }]
}

/** An event without what is new each time. */
export function textOf({
  type,
  data,
  corrects,
  annuls,
}: Pick<ObservedEvent, 'type' | 'data' | 'corrects' | 'annuls'>): string {
  const fields = Object.entries(data).toSorted(([one], [other]) => one.localeCompare(other))
  return JSON.stringify([type, corrects, annuls, fields.map(([name, value]) => [name, String(value)])])
}
