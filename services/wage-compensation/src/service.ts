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
import { defineService, localDate, on } from '@samspill/service'
import { decideOpenCases } from './decide-open-cases.ts'
import { migrations } from './migrations.ts'
import { decide, type Rule } from './rules/decide.ts'
import {
  keepCorrection,
  keepDeath,
  keepEmployerPay,
  keepEnd,
  keepError,
  keepIncome,
  keepLayoff,
  reopen,
} from './state.ts'

/**
 * Grants wage compensation for days 3 to 20 of a layoff where shared income is fit for it, refuses with a reason, or
 * asks the employer. The facts come in any order: each is kept, and what is known is decided anew. A layoff that ends,
 * is corrected or is taken back after the decision is decided again, and what was told is corrected.
 */
export const wageCompensation = wageCompensationBy(decide)

/** The same service by a rule of one's own: what a change of the rules would lead to is seen before it is made. */
export function wageCompensationBy(rule: Rule) {
  return defineService({
    name: 'wage-compensation',
    agency: 'nav',
    publishes: [wageCompensationGranted, wageCompensationRefused, employerPayRequested],
    migrations,
    keepsResults: true,
    subscriptions: [
      on(
        layoffRegistered,
        async (event, context) => {
          const { layoffId } = event.data
          await keepLayoff(context.transaction, event)
          if (event.corrects !== undefined) {
            const inError = await keepCorrection(context.transaction, event, event.corrects)
            await keepError(context.transaction, layoffId, inError)
            await reopen(context.transaction, layoffId)
          }
          return decideOpenCases(event, context, rule)
        },
        { annulments: true },
      ),
      on(layoffChanged, async (event, context) => {
        await keepLayoff(context.transaction, event)
        if (event.corrects !== undefined) {
          await keepCorrection(context.transaction, event, event.corrects)
          await reopen(context.transaction, event.data.layoffId)
        }
        return decideOpenCases(event, context, rule)
      }),
      on(layoffEnded, async (event, context) => {
        await keepEnd(context.transaction, event)
        await reopen(context.transaction, event.data.layoffId)
        return decideOpenCases(event, context, rule)
      }),
      on(monthlyIncomeReported, async (event, context) => {
        await keepIncome(context.transaction, event)
        return decideOpenCases(event, context, rule)
      }),
      on(employerPayReported, async (event, context) => {
        await keepEmployerPay(context.transaction, event)
        return decideOpenCases(event, context, rule)
      }),
      on(personDied, async (event, context) => {
        const toldOn = localDate(new Date(event.time).toISOString().slice(0, 10))
        await keepDeath(context.transaction, event.data.person, event.data.dateOfDeath ?? toldOn)
        return decideOpenCases(event, context, rule)
      }),
    ],
  })
}
