import type { OnProgress, StackFile } from '@samspill/local'
import { registrarOfStack } from './schemas/registrar-of-stack.ts'
import { schemaEntries } from './schemas/schema-entries.ts'
import { requireNoneRefused } from './schemas/verdict-text.ts'
import { kafkaOfStack } from './streams/commands.ts'
import { applyPlan, planOf, requireNothingRefused } from './streams/topic-plan.ts'

/** Puts in place what services need before they start: schemas registered, topics created. Safe to run again. */
export async function prepareStack(stack: StackFile, onProgress: OnProgress): Promise<void> {
  await Promise.all([
    timed('schemas', 'registered', onProgress, async () => {
      requireNoneRefused(await registrarOfStack(stack).register(await schemaEntries()))
    }),
    timed('streams', 'created', onProgress, async () => {
      await using kafka = await kafkaOfStack(stack, {
        note: (text) => onProgress({ part: 'streams', step: text.trim() }),
      })
      const plan = await planOf(kafka, { brokers: stack.brokers.length, shrink: false })
      requireNothingRefused(plan)
      await applyPlan(kafka, plan)
    }),
  ])
}

async function timed(part: string, step: string, onProgress: OnProgress, work: () => Promise<void>): Promise<void> {
  const begin = performance.now()
  await work()
  onProgress({ part, step, seconds: Math.round((performance.now() - begin) / 10) / 100 })
}
