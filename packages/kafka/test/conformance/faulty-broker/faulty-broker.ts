import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TopicPartition } from '../../../src/index.ts'
import { ClientPassage } from './client-passage.ts'
import { Faults } from './faults.ts'

/** A proxy that stands before the real broker and lets chosen requests go wrong. */
export interface FaultyBroker extends AsyncDisposable {
  /** What clients connect to, `host:port`. */
  readonly address: string
  readonly faults: Faults
  /** Of each Produce request that has come, its partitions. */
  readonly produced: readonly (readonly TopicPartition[])[]
  /** Breaks all connections, and those that come, until it is mended. */
  cut(): void
  mend(): void
}

/** Opens a proxy before the broker (`host:port`). Clients that come to it stay with it: it tells them no other address. */
export async function openFaultyBroker(broker: string): Promise<FaultyBroker> {
  const faults = new Faults()
  const produced: (readonly TopicPartition[])[] = []
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Broken connections are what this is for; both sides see them close.
    socket.on('error', () => socket.destroy())
    return socket
  }
  const [host = '', port = ''] = broker.split(':')
  let isCut = false
  const server: Server = createServer((client) => {
    if (isCut) return void client.destroy()
    const { port: own } = server.address() as AddressInfo
    const address = { host: '127.0.0.1', port: own }
    new ClientPassage(keep(client), keep(connect(Number(port), host)), { address, faults, produced })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    produced,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
