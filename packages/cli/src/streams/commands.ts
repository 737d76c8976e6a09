import { readConfig } from '@samspill/config'
import { connectKafka, type KafkaConnection } from '@samspill/kafka'
import type { StackFile } from '@samspill/local'
import { quietLog } from '../quiet-log.ts'
import { requireStack } from '../running-stack.ts'
import type { Terminal } from '../terminal.ts'
import { applyPlan, differenceText, planOf, planText, requireNothingRefused } from './topic-plan.ts'

/** What the stream commands need to know. */
export interface StreamOptions {
  readonly stack: string
  readonly json: boolean
  /** Also make the changes that keep less than now. */
  readonly shrink: boolean
}

/** Shows what `streams apply` would do. False when something is refused. */
export async function planStreams(options: StreamOptions, terminal: Terminal): Promise<boolean> {
  const stack = await requireStack(options.stack, ['kafka'])
  await using kafka = await kafkaOfStack(stack, terminal)
  const plan = await planOf(kafka, { brokers: stack.brokers.length, shrink: options.shrink })
  if (options.json) terminal.print(JSON.stringify({ plan }))
  else if (plan.length === 0) terminal.print('The topics are what the language says.')
  else terminal.print(planText(plan))
  return plan.every(({ kind }) => kind !== 'refused')
}

/** Makes the topics what the language says. Throws `stream-refused`. */
export async function applyStreams(options: StreamOptions, terminal: Terminal): Promise<void> {
  const stack = await requireStack(options.stack, ['kafka'])
  await using kafka = await kafkaOfStack(stack, terminal)
  const plan = await planOf(kafka, { brokers: stack.brokers.length, shrink: options.shrink })
  requireNothingRefused(plan)
  const done = await applyPlan(kafka, plan)
  const left = plan.filter((difference) => !done.includes(difference) && difference.kind !== 'extra')
  if (options.json) return terminal.print(JSON.stringify({ done, left }))
  terminal.print(done.length === 0 ? 'Nothing was to be done.' : done.map(differenceText).join('\n'))
  if (left.length > 0) terminal.print(`\nLeft as it is:\n${left.map(differenceText).join('\n')}`)
}

/** A connection to a stack's Kafka. */
export function kafkaOfStack(stack: StackFile, terminal: Pick<Terminal, 'note'>): Promise<KafkaConnection> {
  const { brokers, client } = readConfig(stack.environment).kafka
  return connectKafka(client, { brokers, clientId: 'samspill-cli', log: quietLog(terminal) })
}
