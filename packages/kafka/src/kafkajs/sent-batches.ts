import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'
import { nameOfPartition } from '../topic-partition.ts'

const produceRequest = 0

/**
 * Counts, per partition, the produce requests that went out on a socket. kafkajs tries again on its own and tells only
 * of the last failure; whether records can have reached the broker at all is seen nowhere else.
 */
export class SentBatches {
  readonly #counts = new Map<string, number>()

  /** How many produce requests for this partition went out so far. */
  count(topic: string, partition: number): number {
    return this.#counts.get(nameOfPartition({ topic, partition })) ?? 0
  }

  /** Opens sockets as kafkajs does, and watches what is written to them. */
  readonly socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const socket = ssl ? connectTls({ host, port, ...ssl }, onConnect) : connect({ host, port }, onConnect)
    socket.setKeepAlive(true, 60_000)
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    const watched = (...args: unknown[]): boolean => {
      if (Buffer.isBuffer(args[0])) this.#look(args[0])
      return write(...args)
    }
    socket.write = watched as Socket['write']
    return socket
  }

  /** kafkajs writes each request at once, and our writer names one partition in each. */
  #look(request: Buffer): void {
    if (request.length < 14 || request.readInt16BE(4) !== produceRequest) return
    let at = 12
    at += 2 + Math.max(0, request.readInt16BE(at))
    at += 2 + Math.max(0, request.readInt16BE(at))
    at += 2 + 4 + 4
    const length = request.readInt16BE(at)
    const topic = request.toString('utf8', at + 2, at + 2 + length)
    const partition = request.readInt32BE(at + 2 + length + 4)
    const name = nameOfPartition({ topic, partition })
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }
}
