import { connectRegistry } from '@samspill/avro'
import { registrySubject } from '@samspill/contracts'
import { layoffRegistered } from '@samspill/schemas'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { RequestConnection } from './connection.ts'
import { openDoor, type DoorKind } from './doors.ts'
import { batchSize, prepareRequests, type SendMode } from './requests.ts'

/** Requests of each connection that are made beforehand. */
const prepared = { single: 40, batch: 8 } as const
/** Ids that no run before has used: the time in milliseconds, and room for a million after each. */
const firstNumber = (): number => (Date.now() % 2 ** 28) * 2 ** 20

/** Sends events over so many connections, each the next request when the one before has been answered. */
export function overHttp(
  kind: DoorKind,
  mode: SendMode,
  connections: number,
): (stage: BenchStage, round: Round) => Promise<Measured> {
  return async (stage, round) => {
    await using door = await openDoor(kind, stage)
    using opened = new DisposableStack()
    const isBatch = mode.startsWith('batch')
    const perConnection = isBatch ? prepared.batch : prepared.single
    const to = { host: new URL(door.url).host, schemaId: await layoffSchemaId(stage) }
    const requests = prepareRequests(mode, connections * perConnection, to)
    const lines = Array.from({ length: connections }, () => opened.use(new RequestConnection(door.url)))
    const turns = lines.map(() => 0)
    let number = firstNumber()
    const next = (): number => number++

    const throughput = await closedLoop({
      stage,
      atOnce: connections,
      seconds: round.seconds,
      warmUpSeconds: 3,
      serverPid: door.pid,
      work: async (worker) => {
        const turn = turns[worker] ?? 0
        turns[worker] = turn + 1
        const request = requests[worker * perConnection + (turn % perConnection)]
        request?.renew(next)
        if (request !== undefined) await lines[worker]?.send(request.bytes)
      },
    })
    const perRequest = isBatch ? batchSize : 1
    return {
      value: throughput.perSecond * perRequest,
      also: {
        cpu: throughput.serverMilliseconds / perRequest,
        broker: throughput.brokerMilliseconds / perRequest,
        load: throughput.processorMilliseconds / perRequest,
      },
    }
  }
}

/** The id that the registry of the stack has given the schema of layoffs. */
export async function layoffSchemaId(stage: BenchStage): Promise<number> {
  const url = stage.environment['SAMSPILL_REGISTRY'] ?? ''
  const { stream, type, schema } = layoffRegistered
  return await connectRegistry({ url }).idOf(registrySubject(stream, type), schema)
}
