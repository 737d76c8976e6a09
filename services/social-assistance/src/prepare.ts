import { socialAssistanceDraftPrepared } from '@samspill/schemas'
import { idMadeFrom, municipalityNumber, type HandlerContext, type NationalIdentityNumber } from '@samspill/service'
import { draftOf, type Draft } from './draft.ts'
import { factsAbout } from './facts.ts'

/** Bergen. */
export const municipality = municipalityNumber('4601')

type Prepared = ReturnType<typeof socialAssistanceDraftPrepared>

/**
 * Prepares a resident's drafts, one per layoff. A draft that is there already is filled in with what has come since; that
 * is nobody else's news, so only the first time is told.
 */
export async function prepareDrafts(
  person: NationalIdentityNumber,
  context: HandlerContext,
  causing: string | undefined,
): Promise<readonly Prepared[]> {
  const facts = await factsAbout(context.transaction, person)
  const prepared: Prepared[] = []
  for (const layoff of facts.filter((each) => each.fact === 'LAYOFF')) {
    const draft = draftOf(layoff.about, facts)
    if (draft === 'not-yet' || !(await keepDraft(person, draft, context))) continue
    for (const { traceparent, tracestate } of distinctTraces(draft)) {
      if (traceparent !== causing) context.link({ traceparent, ...(tracestate === null ? {} : { tracestate }) })
    }
    prepared.push(announce(person, draft))
  }
  return prepared
}

/** True where the draft is new. */
async function keepDraft(person: NationalIdentityNumber, draft: Draft, context: HandlerContext): Promise<boolean> {
  const kept = await context.transaction.query<{ is_new: boolean }>(
    `insert into drafts (layoff_id, person, draft_id, content) values ($1, $2, $3, $4)
     on conflict (layoff_id) do update set content = excluded.content
     returning xmax = 0 as is_new`,
    [draft.layoffId, person, draftIdOf(draft.layoffId), JSON.stringify(contentOf(draft))],
  )
  return kept.rows[0]?.is_new === true
}

function contentOf(draft: Draft): object {
  return {
    filledIn: draft.filledIn.map(({ fact, stream, eventId, content }) => ({ fact, stream, eventId, content })),
    toBeAsked: draft.notKnown,
  }
}

function announce(person: NationalIdentityNumber, draft: Draft): Prepared {
  return socialAssistanceDraftPrepared({
    draftId: draftIdOf(draft.layoffId),
    layoffId: draft.layoffId,
    person,
    municipality,
    prefilled: draft.filledIn.map(({ fact, stream, eventId }) => ({ fact, stream, eventId })),
    notKnown: draft.notKnown,
  })
}

function distinctTraces(draft: Draft): { readonly traceparent: string; readonly tracestate: string | null }[] {
  const traces = new Map<string, string | null>()
  for (const { traceparent, tracestate } of draft.filledIn)
    if (traceparent !== null) traces.set(traceparent, tracestate)
  return Array.from(traces, ([traceparent, tracestate]) => ({ traceparent, tracestate }))
}

/** There is one draft per layoff, so the layoff tells the draft's id. */
function draftIdOf(layoffId: string): string {
  return idMadeFrom('social-assistance-draft', layoffId)
}
