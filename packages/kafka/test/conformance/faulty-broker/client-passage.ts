import type { Socket } from 'node:net'
import type { TopicPartition } from '../../../src/index.ts'
import { withBrokersAt, withCoordinatorAt, withKnownVersions, type Address } from './addresses.ts'
import type { Faults, Wrong } from './faults.ts'
import { framed, Frames } from './frames.ts'
import { partitionOfProduce, producerRefusal, withErrorCode } from './produce-messages.ts'
import { apiKeys, readRequestHead, type RequestHead } from './request-head.ts'

/** A request that the broker has got and not answered yet. */
interface Open {
  readonly head: RequestHead
  readonly partition: TopicPartition | undefined
  readonly wrong: Wrong | undefined
}

/** One client's connection through the proxy. */
export class ClientPassage {
  readonly #client: Socket
  readonly #broker: Socket
  readonly #address: Address
  readonly #faults: Faults
  readonly #open = new Map<number, Open>()

  constructor(client: Socket, broker: Socket, address: Address, faults: Faults) {
    this.#client = client
    this.#broker = broker
    this.#address = address
    this.#faults = faults
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
    const partition = head.apiKey === apiKeys.produce ? partitionOfProduce(head) : undefined
    const wrong = this.#faults.next(head.apiKey, partition)
    if (wrong?.kind === 'request-lost-with-connection') return this.#break()
    if (wrong?.kind === 'refused' && partition) {
      this.#client.write(framed(producerRefusal(head, partition, wrong.errorCode)))
      return
    }
    this.#open.set(head.correlationId, { head, partition, wrong })
    this.#broker.write(framed(frame))
  }

  #answer(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0)
    const open = this.#open.get(correlationId)
    this.#open.delete(correlationId)
    if (!open) return this.#break()
    const { head, partition, wrong } = open
    switch (wrong?.kind) {
      case 'answer-lost':
        return
      case 'answer-lost-with-connection':
        return this.#break()
      case 'answer-late':
        setTimeout(() => this.#client.write(framed(this.#own(head, frame))), wrong.milliseconds)
        return
      case 'answer-changed':
        this.#client.write(framed(partition ? withErrorCode(frame, partition, wrong.errorCode) : frame))
        return
      default:
        this.#client.write(framed(this.#own(head, frame)))
    }
  }

  /** The answer with our address in it wherever the broker's was. */
  #own({ apiKey, apiVersion }: RequestHead, frame: Buffer): Buffer {
    switch (apiKey) {
      case apiKeys.apiVersions:
        return withKnownVersions(frame, apiVersion)
      case apiKeys.metadata:
        return withBrokersAt(frame, apiVersion, this.#address)
      case apiKeys.findCoordinator:
        return withCoordinatorAt(frame, apiVersion, this.#address)
      default:
        return frame
    }
  }

  #break(): void {
    this.#client.destroy()
    this.#broker.destroy()
  }
}
