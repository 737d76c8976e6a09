import { HubError } from '@samspill/contracts'
import { readPositions, resumePartition, type Database, type Position, type Responsibility } from '@samspill/postgres'
import { agreed } from '../operators/agreement.ts'
import { openService } from '../operators/service-schemas.ts'
import { requireStack } from '../running-stack.ts'
import { kafkaOfStack } from '../streams/commands.ts'
import type { Terminal } from '../terminal.ts'
import { lossOf } from './loss.ts'

/** What a person says of a partition that stands still. */
export interface ResumeOptions {
  readonly stack: string
  readonly service: string
  readonly topic: string
  readonly partition: number
  readonly responsibility: Responsibility
  readonly yes: boolean
  readonly json: boolean
}

/**
 * Lets a partition go on behind records that are gone or cannot be unpacked, after saying how many and asking. False
 * where the person said no. Throws `partition-not-stopped`, `stop-passes-by-itself`, `answer-missing`, `service-unknown`.
 */
export async function resume(options: ResumeOptions, terminal: Terminal): Promise<boolean> {
  const { service, topic, partition, responsibility, json } = options
  const stack = await requireStack(options.stack, ['postgres', 'kafka'])
  await using database = await openService(options.stack, service, terminal)
  const position = await stoppedPosition(database, options)
  await using kafka = await kafkaOfStack(stack, terminal)
  const { stopped } = position
  const loss = await lossOf(position, kafka)
  const what = `${topic} partition ${partition}, as ${service} reads it: ${loss.sentence}.`
  if (!(await agreed({ ...options, command: 'resume' }, what, terminal))) {
    terminal.print('Nothing was changed: the partition stands.')
    return false
  }
  const { code, offset: stoppedOffset } = stopped
  const resumed = { ...responsibility, topic, partition, code, stoppedOffset, to: loss.to, lost: loss.records }
  if (!(await resumePartition(database, resumed))) {
    throw new HubError(
      'position-moved',
      'meanwhile the partition went on or stopped elsewhere: look with `samspill status`',
    )
  }
  const lost = loss.records === undefined ? null : Number(loss.records)
  if (json)
    terminal.print(
      JSON.stringify({ service, topic, partition, lost, from: String(stoppedOffset), to: String(loss.to) }),
    )
  else {
    terminal.print(
      `${topic} partition ${partition} goes on at offset ${loss.to}; a running ${service} does so within seconds, without a ` +
        `restart. Who decided it, and why, is kept: samspill dead log ${service}`,
    )
  }
  return true
}

async function stoppedPosition(
  database: Database,
  { service, topic, partition }: ResumeOptions,
): Promise<Position & { readonly stopped: NonNullable<Position['stopped']> }> {
  const positions = await readPositions(database)
  const found = positions.find((each) => each.topic === topic && each.partition === partition)
  if (found?.stopped !== undefined) return { ...found, stopped: found.stopped }
  const standing = positions.filter(({ stopped }) => stopped !== undefined)
  const where = standing.map((each) => `${each.topic} ${each.partition}`).join(', ')
  throw new HubError(
    'partition-not-stopped',
    `${service} does not stand still at ${topic} partition ${partition}: ` +
      (standing.length === 0 ? 'it stands still nowhere' : `it does at ${where}`),
  )
}
