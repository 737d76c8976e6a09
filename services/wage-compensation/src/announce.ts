import { employerPayRequested, wageCompensationGranted, wageCompensationRefused } from '@samspill/schemas'
import { idMadeFrom, type EventReference } from '@samspill/service'
import type { OpenCase } from './open-cases.ts'
import { ruleVersion, type Decision } from './rules/decide.ts'

/** What this service tells the others. */
export type Announced = ReturnType<
  typeof employerPayRequested | typeof wageCompensationGranted | typeof wageCompensationRefused
>

/** Makes the event that tells a decision; `corrects` names the earlier decision that it replaces. */
export function announce(
  open: OpenCase,
  decision: Exclude<Decision, { kind: 'wait' }>,
  corrects?: EventReference,
): Announced {
  const envelope = corrects === undefined ? {} : { corrects }
  const { layoffId, person, employer, subUnit, percentage } = open
  switch (decision.kind) {
    case 'ask':
      return employerPayRequested({
        // The employer is asked once per layoff, so the layoff tells the request's id.
        requestId: idMadeFrom('employer-pay-request', layoffId),
        layoffId,
        person,
        employer,
        subUnit,
        questions: ['DAILY_PAY', 'LAST_DAY_OF_ADVANCED_PAY'],
        reason: decision.reason,
      })
    case 'refuse':
      return wageCompensationRefused({ layoffId, person, reason: decision.reason, ruleVersion }, envelope)
    case 'grant':
      return wageCompensationGranted(
        {
          layoffId,
          person,
          from: decision.from,
          to: decision.to,
          days: decision.days,
          dailyRateInOre: decision.dailyRate,
          totalInOre: decision.total,
          layoffPercentage: percentage,
          paySource: decision.paySource,
          ruleVersion,
        },
        envelope,
      )
  }
}
