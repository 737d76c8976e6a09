import { escapeIdentifier, escapeLiteral, type Queryable } from '@samspill/postgres'

/** How much of a service waits for a person, or is tried again; each counted up to 100,000. */
export interface ParkedCounts {
  readonly service: string
  readonly dead: number
  /** First of their subject, and tried again by themselves. */
  readonly retrying: number
  /** Behind a dead one, or behind one that is tried again. */
  readonly waiting: number
  /** Outbox rows that the brokers refuse. */
  readonly refused: number
}

/** Counts what is parked in these services; leaves out those where nothing is. */
export async function parkedCounts(
  queryable: Queryable,
  services: readonly string[],
): Promise<readonly ParkedCounts[]> {
  const counts: ParkedCounts[] = []
  for (let from = 0; from < services.length; from += servicesAtOnce) {
    const statements = services.slice(from, from + servicesAtOnce).map(countOf)
    const { rows } = await queryable.query(statements.join(' union all '))
    counts.push(...(rows as ParkedCounts[]))
  }
  return counts.filter(({ dead, retrying, waiting, refused }) => dead + retrying + waiting + refused > 0)
}

const servicesAtOnce = 100

function countOf(service: string): string {
  const schema = escapeIdentifier(service)
  const count = (table: string, where: string): string =>
    `(select count(*)::integer from (select from ${schema}.${table} where ${where} limit 100000) as counted)`
  return `select ${escapeLiteral(service)} as service,
    ${count('parked_event', `state = 'dead'`)} as dead,
    ${count('parked_event', `retry_at is not null`)} as retrying,
    ${count('parked_event', `state = 'waiting' and retry_at is null`)} as waiting,
    ${count('outbox', `retry_at is not null`)} as refused`
}

/** What is parked in a service, as a sentence with the command that shows more. */
export function countsText({ service, dead, retrying, waiting, refused }: ParkedCounts): string {
  const parts = [
    dead > 0 && counted(dead, 'dead letter', 'dead letters'),
    retrying > 0 && `${counted(retrying, 'event', 'events')} that ${retrying === 1 ? 'is' : 'are'} tried again`,
    waiting > 0 && `${counted(waiting, 'event', 'events')} waiting behind them`,
    refused > 0 && counted(refused, 'event that the brokers refuse', 'events that the brokers refuse'),
  ].filter((part) => part !== false)
  const option = dead + refused === 0 ? ' --retrying' : ''
  return `${service} has ${listed(parts)}: look with \`samspill dead list ${service}${option}\``
}

/** `1 event`, `12 events`. */
export function counted(count: number, one: string, several: string): string {
  return `${count >= 100_000 ? 'at least 100,000' : count} ${count === 1 ? one : several}`
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
