import {
  employerPayReported,
  employerPayRequested,
  layoffChanged,
  layoffEnded,
  layoffRegistered,
  monthlyIncomeReported,
  personDied,
  wageCompensationGranted,
  wageCompensationRefused,
} from '@samspill/schemas'
import { defineService, localDate, on, type HandlerContext, type NationalIdentityNumber } from '@samspill/service'
import { announce, type Announced } from './announce.ts'
import { migrations } from './migrations.ts'
import { openCasesOf } from './open-cases.ts'
import { decide } from './rules/decide.ts'
import { keepDeath, keepEmployerPay, keepEnd, keepIncome, keepLayoff, keepOutcome } from './state.ts'

/**
 * Grants wage compensation for days 3 to 20 of a layoff where shared income is fit for it, refuses with a reason, or
 * asks the employer. The facts come in any order: each is kept, and what is known is decided anew.
 */
export const wageCompensation = defineService({
  name: 'wage-compensation',
  agency: 'nav',
  publishes: [wageCompensationGranted, wageCompensationRefused, employerPayRequested],
  migrations,
  subscriptions: [
    on(layoffRegistered, async (event, context) => {
      await keepLayoff(context.transaction, event)
      return decideOpenCases(event.data.person, context, event.traceparent)
    }),
    on(layoffChanged, async (event, context) => {
      await keepLayoff(context.transaction, event)
      return decideOpenCases(event.data.person, context, event.traceparent)
    }),
    on(layoffEnded, async (event, context) => {
      await keepEnd(context.transaction, event)
      return decideOpenCases(event.data.person, context, event.traceparent)
    }),
    on(monthlyIncomeReported, async (event, context) => {
      await keepIncome(context.transaction, event)
      return decideOpenCases(event.data.person, context, event.traceparent)
    }),
    on(employerPayReported, async (event, context) => {
      await keepEmployerPay(context.transaction, event)
      return decideOpenCases(event.data.person, context, event.traceparent)
    }),
    on(personDied, async (event, context) => {
      const toldOn = localDate(new Date(event.time).toISOString().slice(0, 10))
      await keepDeath(context.transaction, event.data.person, event.data.dateOfDeath ?? toldOn)
      return decideOpenCases(event.data.person, context, event.traceparent)
    }),
  ],
})

async function decideOpenCases(
  person: NationalIdentityNumber,
  context: HandlerContext,
  causing: string | undefined,
): Promise<readonly Announced[]> {
  const announced: Announced[] = []
  for (const open of await openCasesOf(context.transaction, person, context.now())) {
    const decision = decide(open.facts)
    if (decision.kind === 'wait') continue
    for (const earlier of open.rests) if (earlier.traceparent !== causing) context.link(earlier)
    await keepOutcome(context.transaction, open.layoffId, outcomes[decision.kind])
    announced.push(announce(open, decision))
  }
  return announced
}

const outcomes = { ask: 'asked', grant: 'granted', refuse: 'refused' } as const
