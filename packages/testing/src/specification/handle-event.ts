import { createHash } from 'node:crypto'
import { compileContract } from '@samspill/avro'
import { envelopeFromHeaders, type NewEvent, type ReceivedEvent, type Timestamp } from '@samspill/contracts'
import type { Transaction } from '@samspill/postgres'
import type { HandlerContext, Returned, ServiceDefinition } from '@samspill/service'
import { silentLog } from './silent-log.ts'

/** Lets a service handle one event, and gives back what it returned. Events it does not subscribe to lead to nothing. */
export async function handleEvent(
  service: ServiceDefinition,
  event: NewEvent,
  transaction: Transaction,
  now: Timestamp,
): Promise<readonly NewEvent[]> {
  const subscription = service.subscriptions.find(({ contract }) => contract.type === event.type)
  if (subscription === undefined) return []
  const received = receive(event, now) as ReceivedEvent<never>
  const context: HandlerContext = {
    transaction,
    replay: received.replay,
    now: () => now,
    log: silentLog,
    link: () => undefined,
  }
  const { handling } = subscription
  const returned =
    'each' in handling
      ? listOf(await handling.each(received, context))
      : ((await handling.batch([received], context)) ?? []).flatMap(listOf)
  for (const each of returned) {
    if (!service.publishes.some(({ type }) => type === each.type)) {
      throw new Error(`${service.name} returned ${each.type}, which is not in its "publishes"`)
    }
    compileContract(each.contract).encode(each.data)
  }
  return returned
}

/** The event as it comes out of Kafka: through Avro, with the envelope of a publisher that says only what it must. */
function receive(event: NewEvent, now: Timestamp): ReceivedEvent {
  const codec = compileContract(event.contract)
  codec.encode(event.data)
  const { stream } = event.contract
  const subject = String((event.data as Record<string, unknown>)[stream.subject.field])
  const envelope = envelopeFromHeaders([], {
    topic: stream.name,
    partition: 0,
    offset: 0n,
    timestamp: now,
    key: createHash('sha256').update(subject).digest('base64url').slice(0, 22),
    agency: stream.agency,
    schemaName: event.type,
  })
  return { ...envelope, ...event.envelope, data: event.data }
}

function listOf(returned: Returned): readonly NewEvent[] {
  if (returned === undefined) return []
  return 'contract' in returned ? [returned] : returned
}
