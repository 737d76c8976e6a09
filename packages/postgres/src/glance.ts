import type { Queryable } from './queryable.ts'

/** What one look at a service's schema shows of all that may wait for it there. */
export interface Glance {
  /** When the first of the parked events is to be tried again, in milliseconds since 1970, where that is not later than asked. */
  readonly nextRetryAt: number | undefined
  /** The streams that one of the service's processes has stopped handling. */
  readonly openBreakers: ReadonlySet<string>
  /** Whether a request of an operator is open, perhaps in another process's hands. */
  readonly someAsked: boolean
}

/** Looks at what waits for the service, and for parked events up to `until`: one cheap statement, to be asked all the time. */
export async function glance(queryable: Queryable, until: number): Promise<Glance> {
  const { rows } = await queryable.query(look, [new Date(until)])
  const [row] = rows as {
    readonly due: Date | null
    readonly open: readonly string[] | null
    readonly asked: boolean
  }[]
  return {
    nextRetryAt: row?.due?.getTime(),
    openBreakers: new Set(row?.open),
    someAsked: row?.asked === true,
  }
}

const look = `
  select
    (select retry_at from parked_event where retry_at <= $1 order by retry_at limit 1) as due,
    (select array_agg(stream) from breaker) as open,
    exists (select from operator_request where state in ('asked', 'running')) as asked`
