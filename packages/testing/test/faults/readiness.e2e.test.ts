import { defineService, on, type RunningProcess } from '@samspill/service'
import { afterAll, beforeAll, test } from 'vitest'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, runHere, serviceName } from '../kit/note-streams.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test.each(['postgres', 'kafka'])('a service says so while %s is away, and when it is back', async (part) => {
  const streams = await createNoteStreams(hub)
  const stack = await hub.stack()
  const service = defineService({
    name: serviceName(),
    agency: streams.agency,
    subscriptions: [on(streams.noted, () => undefined)],
  })
  await using running = await runHere(hub, streams, service)
  await eventually('it is ready', async () => (await readiness(running)) === 200)
  await stack.stopPart(part, 'SIGKILL')
  try {
    await eventually('it says that it is not', async () => (await readiness(running)) === 503)
  } finally {
    await stack.startPart(part)
  }
  await eventually('it is ready again', async () => (await readiness(running)) === 200)
})

async function readiness({ url }: RunningProcess): Promise<number> {
  return (await fetch(`${url}/health/ready`)).status
}
