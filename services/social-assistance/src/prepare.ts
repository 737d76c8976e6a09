import { socialAssistanceDraftPrepared, socialAssistanceDraftWithdrawn } from '@samspill/schemas'
import {
  idMadeFrom,
  municipalityNumber,
  type EventReference,
  type HandlerContext,
  type NationalIdentityNumber,
  type ReceivedEvent,
} from '@samspill/service'
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
  event: ReceivedEvent<{ readonly person: NationalIdentityNumber }>,
  context: HandlerContext,
): Promise<readonly Prepared[]> {
  const { person } = event.data
  const facts = await factsAbout(context.transaction, person)
  const prepared: Prepared[] = []
  for (const layoff of facts.filter((each) => each.fact === 'LAYOFF')) {
    const draft = draftOf(layoff.about, facts)
    if (draft === 'not-yet' || !(await keepDraft(person, draft, event, context))) continue
    for (const { traceparent, tracestate } of distinctTraces(draft)) {
      if (traceparent !== event.traceparent)
        context.link({ traceparent, ...(tracestate === null ? {} : { tracestate }) })
    }
    prepared.push(announce(person, draft))
  }
  return prepared
}

/**
 * Withdraws the draft that was prepared after a layoff, since there was no such layoff. What is withdrawn names the
 * event that told of the draft.
 */
export async function withdrawDraft(
  person: NationalIdentityNumber,
  layoffId: string,
  context: HandlerContext,
): Promise<readonly Withdrawn[]> {
  const removed = await context.transaction.query<{ source: string | null; id: string | null }>(
    `delete from drafts where layoff_id = $1 returning prepared_by_source as source, prepared_by_id as id`,
    [layoffId],
  )
  const [draft] = removed.rows
  if (draft === undefined) return []
  const { source, id } = draft
  const told =
    source === null || id === null ? [] : await context.resultOf({ source, id }, socialAssistanceDraftPrepared)
  const prepared = told.find(({ data }) => data.layoffId === layoffId)
  const envelope = prepared === undefined ? {} : { corrects: { source: prepared.source, id: prepared.id } }
  const draftId = draftIdOf(layoffId)
  return [socialAssistanceDraftWithdrawn({ draftId, layoffId, person, reason: 'REGISTERED_IN_ERROR' }, envelope)]
}

type Withdrawn = ReturnType<typeof socialAssistanceDraftWithdrawn>

/** True where the draft is new. */
async function keepDraft(
  person: NationalIdentityNumber,
  draft: Draft,
  preparedBy: EventReference,
  context: HandlerContext,
): Promise<boolean> {
  const kept = await context.transaction.query<{ is_new: boolean }>(
    `insert into drafts (layoff_id, person, draft_id, content, prepared_by_source, prepared_by_id)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (layoff_id) do update set content = excluded.content
     returning xmax = 0 as is_new`,
    [
      draft.layoffId,
      person,
      draftIdOf(draft.layoffId),
      JSON.stringify(contentOf(draft)),
      preparedBy.source,
      preparedBy.id,
    ],
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
