import type { BenchStage } from '../harness/bench-stage.ts'
import { openHubPublishing } from '../harness/hub-publishing.ts'
import { createRegister, type Register } from './register.ts'

/**
 * Starts a service that has handled one event and gives back its process id. What published the event is closed again:
 * its connections would be part of the measure.
 */
export async function startWithOneEvent(
  stage: BenchStage,
  register: Register,
  opened: AsyncDisposableStack,
): Promise<number> {
  await using publishing = new AsyncDisposableStack()
  const { make, send } = await openHubPublishing(stage, register, publishing)
  await send(make({ subject: '10000000007', municipality: '4601' }))
  return await register.start(opened)
}

/** Starts a service once, so that Node has compiled all of it before the first round. */
export async function compileService(stage: BenchStage): Promise<void> {
  for (const client of ['kafkajs', 'platformatic'] as const) {
    await using opened = new AsyncDisposableStack()
    await startWithOneEvent(stage, await createRegister(stage, opened, client), opened)
  }
}
