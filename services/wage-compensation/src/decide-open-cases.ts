import { isDeepStrictEqual } from 'node:util'
import { wageCompensationGranted, wageCompensationRefused } from '@samspill/schemas'
import type { HandlerContext, NationalIdentityNumber, PublishedEvent, ReceivedEvent } from '@samspill/service'
import { announce, type Announced } from './announce.ts'
import { openCasesOf, type OpenCase } from './open-cases.ts'
import type { Rule } from './rules/decide.ts'
import { keepOutcome } from './state.ts'

/**
 * Decides by the rule what can be decided of a person's layoffs, now that `event` has been kept, and tells it. A layoff that was
 * decided before and has been reopened is told again only where the decision is another one; it then corrects the earlier.
 */
export async function decideOpenCases(
  event: ReceivedEvent<{ readonly person: NationalIdentityNumber }>,
  context: HandlerContext,
  rule: Rule,
): Promise<readonly Announced[]> {
  const announced: Announced[] = []
  for (const open of await openCasesOf(context.transaction, event.data.person, context.now())) {
    const decision = rule(open.facts)
    if (decision.kind === 'wait') continue
    const earlier = await earlierDecision(open, context)
    const told = announce(open, decision, decision.kind === 'ask' ? undefined : earlier)
    const isNews = earlier === undefined || !saysTheSame(earlier, told)
    await keepOutcome(
      context.transaction,
      open.layoffId,
      outcomes[decision.kind],
      // Whoever is asked has decided nothing: what stands until then is the earlier decision.
      decision.kind === 'ask' || !isNews ? open.decidedBy : { source: event.source, id: event.id },
    )
    if (!isNews) continue
    for (const fact of open.rests) if (fact.traceparent !== event.traceparent) context.link(fact)
    announced.push(told)
  }
  return announced
}

const outcomes = { ask: 'asked', grant: 'granted', refuse: 'refused' } as const

/** What was told of a layoff that has been decided before. */
async function earlierDecision(open: OpenCase, context: HandlerContext): Promise<PublishedEvent | undefined> {
  const { decidedBy } = open
  if (decidedBy === undefined) return undefined
  const told: readonly PublishedEvent<{ readonly layoffId: string }>[] = [
    ...(await context.resultOf(decidedBy, wageCompensationGranted)),
    ...(await context.resultOf(decidedBy, wageCompensationRefused)),
  ]
  return told.find(({ data }) => data.layoffId === open.layoffId)
}

function saysTheSame(earlier: PublishedEvent, told: Announced): boolean {
  return earlier.type === told.type && isDeepStrictEqual(earlier.data, told.data)
}
