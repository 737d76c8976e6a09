import { HubError } from '@samspill/contracts'
import { setTimeout as wait } from 'node:timers/promises'
import type { Country } from '../country.ts'
import type { ObservedEvent } from './observation.ts'

/** How many layoffs have come to what. */
export interface Settlement {
  readonly laidOff: number
  readonly granted: number
  readonly refused: number
  /** Asked to the employer and not answered. */
  readonly asked: number
  /** What is still missing, in words; empty when the day is settled. */
  readonly missing: readonly string[]
}

/** Says how far the hub has come with a country's day; `answered` are the layoffs that employers have answered for. */
export function settlementOf(
  country: Country,
  events: readonly ObservedEvent[],
  answered: ReadonlySet<string>,
): Settlement {
  const layoffsWith = (type: string): Set<string> =>
    new Set(events.filter((event) => event.type === type).map((event) => String(event.data.layoffId)))
  const granted = layoffsWith('nav.benefits.WageCompensationGranted')
  const refused = layoffsWith('nav.benefits.WageCompensationRefused')
  const asked = layoffsWith('nav.employer_pay.EmployerPayRequested')
  const offered = layoffsWith('vestland.career_guidance.CareerGuidanceOffered')
  const prepared = layoffsWith('bergen.social_assistance.SocialAssistanceDraftPrepared')

  const ids = country.layoffs.map((layoff) => layoff.layoffId)
  const livesIn = placesOf(country)
  const inPlace = (start: string): string[] =>
    country.layoffs.filter(({ person }) => livesIn.get(person)?.startsWith(start)).map(({ layoffId }) => layoffId)
  const isDecided = (id: string): boolean => granted.has(id) || refused.has(id)
  const missing = [
    say(ids.filter((id) => !isDecided(id) && !asked.has(id)).length, 'layoffs nothing has come of'),
    say(ids.filter((id) => answered.has(id) && !isDecided(id)).length, 'answers of employers without a decision'),
    say(inPlace('46').filter((id) => !offered.has(id)).length, 'laid-off residents of Vestland without an offer'),
    say(inPlace('4601').filter((id) => !prepared.has(id)).length, 'laid-off residents of Bergen without a draft'),
  ].flat()
  return {
    laidOff: ids.length,
    granted: ids.filter((id) => granted.has(id)).length,
    refused: ids.filter((id) => refused.has(id)).length,
    asked: ids.filter((id) => asked.has(id) && !isDecided(id)).length,
    missing,
  }
}

/**
 * Waits until nothing is missing. Throws `day-not-settled` with what is missing when the deadline has passed.
 */
export async function untilNothingMissing(
  missing: () => readonly string[],
  deadlineMilliseconds: number,
  signal?: AbortSignal,
): Promise<void> {
  const end = Date.now() + deadlineMilliseconds
  for (;;) {
    signal?.throwIfAborted()
    const left = missing()
    if (left.length === 0) return
    if (Date.now() > end) {
      const seconds = Math.round(deadlineMilliseconds / 1000)
      throw new HubError(
        'day-not-settled',
        `after ${seconds} s there are still ${left.join(', ')}: look with \`samspill status\` which service stands still`,
      )
    }
    await wait(100)
  }
}

/** Where people live whose place may be told; who has moved is left out, since an old place may still have counted. */
function placesOf(country: Country): ReadonlyMap<string, string> {
  return new Map(
    country.residents
      .filter((resident) => !resident.addressProtected && resident.movedFrom === null)
      .map((resident) => [resident.identityNumber, resident.municipality]),
  )
}

function say(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`]
}
