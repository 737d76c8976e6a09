import type { Socket } from 'node:net'
import type { TopicPartition } from '../../../src/index.ts'
import { withBrokersAt, withCoordinatorAt, withKnownVersions, type Address } from './addresses.ts'
import type { Fault, Faults, Wrong } from './faults.ts'
import { framed, Frames } from './frames.ts'
import {
  partitionsOfProduce,
  producerRefusal,
  withErrorCodes,
  withoutPartitions,
  type PartitionError,
} from './produce-messages.ts'
import { apiKeys, readRequestHead, type RequestHead } from './request-head.ts'

/** A request that the broker has got and not answered yet. */
interface Open {
  readonly head: RequestHead
  /** What becomes of the answer as a whole. */
  readonly wrong: Wrong | undefined
  /** What the answer says of single partitions instead of the broker's word. */
  readonly errors: readonly PartitionError[]
}

/** What all connections through the proxy share. */
interface Proxy {
  readonly address: Address
  readonly faults: Faults
  /** Of each Produce request that has come, its partitions. */
  readonly produced: (readonly TopicPartition[])[]
}

/** One client's connection through the proxy. */
export class ClientPassage {
  readonly #client: Socket
  readonly #broker: Socket
  readonly #proxy: Proxy
  readonly #open = new Map<number, Open>()

  constructor(client: Socket, broker: Socket, proxy: Proxy) {
    this.#client = client
    this.#broker = broker
    this.#proxy = proxy
    const requests = new Frames()
    const answers = new Frames()
    client.on('data', (bytes) => {
      for (const frame of requests.take(bytes)) this.#request(frame)
    })
    broker.on('data', (bytes) => {
      for (const frame of answers.take(bytes)) this.#answer(frame)
    })
    client.on('close', () => broker.destroy())
    broker.on('close', () => client.destroy())
  }

  #request(frame: Buffer): void {
    const head = readRequestHead(frame)
    const partitions = head.apiKey === apiKeys.produce ? partitionsOfProduce(frame) : []
    if (head.apiKey === apiKeys.produce) this.#proxy.produced.push(partitions)
    const faults = this.#proxy.faults.next(head.apiKey, partitions)
    const wrong = faults.map((fault) => fault.wrong).find(({ kind }) => kind !== 'refused' && kind !== 'answer-changed')
    if (wrong?.kind === 'request-lost-with-connection') return this.#break()
    const refused = errorsOf('refused', faults, partitions)
    const left =
      refused.length === 0
        ? frame
        : withoutPartitions(
            frame,
            refused.map(({ to }) => to),
          )
    if (left === undefined) {
      this.#client.write(framed(producerRefusal(head, refused)))
      return
    }
    const errors = [...refused, ...errorsOf('answer-changed', faults, partitions)]
    this.#open.set(head.correlationId, { head, wrong, errors })
    this.#broker.write(framed(left))
  }

  #answer(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0)
    const open = this.#open.get(correlationId)
    this.#open.delete(correlationId)
    if (!open) return this.#break()
    const { head, wrong, errors } = open
    switch (wrong?.kind) {
      case 'answer-lost':
        return
      case 'answer-lost-with-connection':
        return this.#break()
      case 'answer-late':
        setTimeout(() => this.#client.write(framed(this.#own(head, frame))), wrong.milliseconds)
        return
      default:
        this.#client.write(
          framed(errors.length === 0 ? this.#own(head, frame) : withErrorCodes(frame, head.apiVersion, errors)),
        )
    }
  }

  /** The answer with our address in it wherever the broker's was. */
  #own({ apiKey, apiVersion }: RequestHead, frame: Buffer): Buffer {
    switch (apiKey) {
      case apiKeys.apiVersions:
        return withKnownVersions(frame, apiVersion)
      case apiKeys.metadata:
        return withBrokersAt(frame, apiVersion, this.#proxy.address)
      case apiKeys.findCoordinator:
        return withCoordinatorAt(frame, apiVersion, this.#proxy.address)
      default:
        return frame
    }
  }

  #break(): void {
    this.#client.destroy()
    this.#broker.destroy()
  }
}

/** The error codes for partitions of a request; a fault that names no partition is one of all of them. */
function errorsOf(
  kind: 'refused' | 'answer-changed',
  faults: readonly Fault[],
  partitions: readonly TopicPartition[],
): readonly PartitionError[] {
  return faults.flatMap(({ wrong, partition }) => {
    if (wrong.kind !== kind) return []
    return (partition ? [partition] : partitions).map((to) => ({ to, errorCode: wrong.errorCode }))
  })
}
