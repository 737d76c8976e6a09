import { bigintArray, textArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import type { Queryable } from '../queryable.ts'
import { quotedSchema } from '../schema-name.ts'

/** A difference between what a service has sent and what its handlers return now, as a rebuild finds it. */
export interface FoundDifference {
  readonly kind: 'changed' | 'missing' | 'unfounded'
  readonly type: string
  /** The id under which it was sent, or would be where it never was. */
  readonly eventId: string
  /** The event that it follows from. */
  readonly causationId: string | null
  /** The fields with another value. */
  readonly fields: readonly string[]
  /** The id under which the handlers return it now; null where they do not. */
  readonly returnedId: string | null
  /** The id of the earlier event that the sent one corrects; null where it corrects none. */
  readonly correctsId: string | null
}

/** That an event which the handlers return now corrects an earlier one of theirs. */
export interface ReturnedCorrection {
  readonly id: string
  readonly corrects: string
}

/** How many differences are left, and the first of them in the order in which they were found. */
export interface LeftDifferences {
  readonly changed: number
  readonly missing: number
  readonly unfounded: number
  readonly first: readonly Pick<FoundDifference, 'kind' | 'type' | 'eventId' | 'causationId' | 'fields'>[]
}

/** The differences that a rebuild finds; kept in a schema of its own until the rebuild ends. */
export class FoundDifferences {
  readonly #database: Database
  readonly #schema: string
  #count = 0

  private constructor(database: Database, schema: string) {
    this.#database = database
    this.#schema = schema
  }

  /** Begins with none, in the schema given, which must hold the history of what was sent. */
  static async create(database: Database, schema: string): Promise<FoundDifferences> {
    const quoted = quotedSchema(schema)
    await database.query(`
      create unlogged table ${quoted}.difference (
        number bigint primary key, kind text not null, type text not null, event_id text not null, causation_id text,
        fields text not null, returned_id text, corrects_id text
      )`)
    for (const column of ['event_id', 'returned_id', 'corrects_id']) {
      await database.query(`create index on ${quoted}.difference (${column})`)
    }
    await database.query(`
      create unlogged table ${quoted}.returned_correction (id text not null, corrects text not null, primary key (corrects, id))`)
    return new FoundDifferences(database, quoted)
  }

  /** Adds these, numbered one after the other, and gives the number of the first. */
  async add(differences: readonly FoundDifference[]): Promise<number> {
    const first = this.#count
    if (differences.length === 0) return first
    this.#count += differences.length
    await this.#database.query(
      `insert into ${this.#schema}.difference
         (number, kind, type, event_id, fields, causation_id, returned_id, corrects_id)
       select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
      [
        bigintArray(differences.map((_, index) => BigInt(first + index))),
        textArray(differences.map(({ kind }) => kind)),
        textArray(differences.map(({ type }) => type)),
        textArray(differences.map(({ eventId }) => eventId)),
        textArray(differences.map(({ fields }) => fields.join(' '))),
        differences.map(({ causationId }) => causationId),
        differences.map(({ returnedId }) => returnedId),
        differences.map(({ correctsId }) => correctsId),
      ],
    )
    return first
  }

  async addReturned(corrections: readonly ReturnedCorrection[]): Promise<void> {
    if (corrections.length === 0) return
    await this.#database.query(
      `insert into ${this.#schema}.returned_correction (id, corrects)
       select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
      [textArray(corrections.map(({ id }) => id)), textArray(corrections.map(({ corrects }) => corrects))],
    )
  }

  /**
   * Forgets the differences of events that hold no longer, as a later one has corrected them: to send those anew would
   * undo the later one at who takes what came last. What is returned now is kept where the later event is still to be
   * sent, and names it; what would not be sent now is kept where the later event is taken back too.
   */
  async forgetCorrected(queryable: Queryable): Promise<void> {
    const { difference, sent, correction } = {
      difference: `${this.#schema}.difference`,
      sent: `${this.#schema}.sent`,
      correction: `${this.#schema}.returned_correction`,
    }
    // One that is forgotten may be what another one was kept for.
    for (let forgotten = 1; forgotten > 0;) {
      const { rowCount } = await queryable.query(
        `delete from ${difference} as found where case kind
           when 'unfounded' then exists (
             select from ${sent} where sent.corrects in (found.event_id, found.corrects_id)
               and sent.causation_id is distinct from found.causation_id
               and not exists (select from ${difference} as other where other.kind = 'unfounded'
                 and (other.event_id = sent.event_id or other.corrects_id = sent.event_id)))
           else exists (
             select from ${correction} as later where later.corrects = found.returned_id
               and not exists (select from ${difference} as other where other.kind = 'missing'
                 and other.returned_id = later.id))
           end`,
      )
      forgotten = rowCount ?? 0
    }
  }

  /** What is left, with at most `limit` of them listed. */
  async left(queryable: Queryable, limit: number): Promise<LeftDifferences> {
    const counts = await queryable.query(`select kind, count(*) as count from ${this.#schema}.difference group by kind`)
    const byKind = new Map((counts.rows as CountRow[]).map(({ kind, count }) => [kind, count]))
    const listed = await queryable.query(
      `select kind, type, event_id as "eventId", causation_id as "causationId", fields
       from ${this.#schema}.difference order by number limit $1`,
      [limit],
    )
    return {
      changed: byKind.get('changed') ?? 0,
      missing: byKind.get('missing') ?? 0,
      unfounded: byKind.get('unfounded') ?? 0,
      first: (listed.rows as ListedRow[]).map(({ fields, ...row }) => {
        return { ...row, fields: fields === '' ? [] : fields.split(' ') }
      }),
    }
  }
}

interface CountRow {
  readonly kind: FoundDifference['kind']
  readonly count: number
}

interface ListedRow extends Omit<LeftDifferences['first'][number], 'fields'> {
  readonly fields: string
}
