import type { DraftFact } from '@samspill/schemas'
import type { Fact } from './facts.ts'

/** A draft of an application, filled in with what is already shared. */
export interface Draft {
  readonly layoffId: string
  readonly filledIn: readonly Fact[]
  /** What nobody has shared, so that the person must be asked. */
  readonly notKnown: readonly DraftFact[]
}

const askedOfThePerson: readonly DraftFact[] = ['HOUSEHOLD', 'HOUSING_COSTS', 'ACCOUNT_NUMBER']
const monthsOfIncome = 3

/**
 * Prepares the draft for a layoff from what is known, or says `not-yet` while something that is certain to come has not:
 * the residence, the layoff, what came of it, the offer of guidance, and the income a decision was built on. Waiting for
 * them makes the draft the same in whatever order the facts come.
 */
export function draftOf(layoffId: string, facts: readonly Fact[]): Draft | 'not-yet' {
  const residence = facts.find((each) => each.fact === 'RESIDENCE')
  const about = (fact: DraftFact): Fact | undefined =>
    facts.find((each) => each.fact === fact && each.about === layoffId)
  const layoff = about('LAYOFF')
  const outcome = about('WAGE_COMPENSATION')
  const guidance = about('CAREER_GUIDANCE')
  if (!residence || !layoff || !outcome || !guidance || isNoLayoff(outcome)) return 'not-yet'
  const incomes = incomesOf(facts, layoff)
  // Of who has moved in, income may have been told while it was not ours to keep: it will not come again.
  const incomeWillCome = outcome.content.paySource === 'INCOME_REGISTER' && residence.content.movedIn !== true
  if (incomes.length === 0 && incomeWillCome) return 'not-yet'
  const employer: Fact = {
    ...layoff,
    fact: 'EMPLOYER',
    content: { employer: layoff.content.employer, subUnit: layoff.content.subUnit },
  }
  return {
    layoffId,
    filledIn: [residence, employer, layoff, ...incomes, outcome, guidance],
    notKnown: incomes.length === 0 ? ['INCOME', ...askedOfThePerson] : askedOfThePerson,
  }
}

/** Whether what came of a layoff is that there was none. */
function isNoLayoff(outcome: Fact): boolean {
  return outcome.content['reason'] === 'REGISTERED_IN_ERROR'
}

/** The last months of income from the employer that laid off. */
function incomesOf(facts: readonly Fact[], layoff: Fact): readonly Fact[] {
  return facts
    .filter((each) => each.fact === 'INCOME' && each.content.subUnit === layoff.content.subUnit)
    .toSorted((one, other) => one.about.localeCompare(other.about))
    .slice(-monthsOfIncome)
}
