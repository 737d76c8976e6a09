import type { DraftFact } from '@samspill/schemas'
import type { NationalIdentityNumber, ReceivedEvent, Transaction } from '@samspill/service'

/** A fact about a resident, and which event told it. */
export interface Fact {
  readonly fact: DraftFact
  /** What the fact is about within the person: a layoff, or an employer and a month. */
  readonly about: string
  readonly stream: string
  readonly eventId: string
  readonly content: Readonly<Record<string, unknown>>
  readonly traceparent: string | null
  readonly tracestate: string | null
}

/** Keeps a fact that an event told; a later event about the same thing replaces it, but for `unlessKnown`. */
export async function keepFact(
  transaction: Transaction,
  event: ReceivedEvent<{ readonly person: NationalIdentityNumber }>,
  told: Pick<Fact, 'fact' | 'about' | 'content'> & { readonly unlessKnown?: boolean },
): Promise<void> {
  await transaction.query(
    `insert into facts (person, fact, about, stream, event_id, content, traceparent, tracestate)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (person, fact, about) do update set stream = excluded.stream, event_id = excluded.event_id,
       content = excluded.content, traceparent = excluded.traceparent, tracestate = excluded.tracestate
     where not $9`,
    [
      event.data.person,
      told.fact,
      told.about,
      streamOf(event.type),
      event.id,
      JSON.stringify(told.content),
      event.traceparent ?? null,
      event.tracestate ?? null,
      told.unlessKnown ?? false,
    ],
  )
}

/** Forgets a fact that does not hold; where `toldBy` is given, only if that event has told what is known. */
export async function forgetFact(
  transaction: Transaction,
  person: NationalIdentityNumber,
  { fact, about, toldBy }: Pick<Fact, 'fact' | 'about'> & { readonly toldBy?: string | undefined },
): Promise<void> {
  await transaction.query(
    `delete from facts where person = $1 and fact = $2 and about = $3 and event_id = coalesce($4, event_id)`,
    [person, fact, about, toldBy ?? null],
  )
}

/** Reads all facts that are kept about a person. */
export async function factsAbout(transaction: Transaction, person: NationalIdentityNumber): Promise<readonly Fact[]> {
  const found = await transaction.query<Fact>(
    `select fact, about, stream, event_id as "eventId", content, traceparent, tracestate
     from facts where person = $1 order by fact, about`,
    [person],
  )
  return found.rows
}

/** The stream of an event type: `nav.employer_pay.EmployerPayReported` is in `nav.employer-pay`. */
function streamOf(type: string): string {
  return type.split('.').slice(0, 2).join('.').replaceAll('_', '-')
}
