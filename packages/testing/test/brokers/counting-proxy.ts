import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A proxy before one door of a broker that counts who comes through. */
export interface CountingProxy extends AsyncDisposable {
  readonly port: number
  readonly connections: number
}

/** Opens a proxy; where it leads to is asked for each connection, since a broker's port is known only when it starts. */
export async function openCountingProxy(portBehind: () => number): Promise<CountingProxy> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((front) => {
    connections += 1
    const back = connect(portBehind(), '127.0.0.1')
    for (const [one, other] of [
      [front, back],
      [back, front],
    ] as const) {
      sockets.add(one)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      // A broken connection closes, and with it the other half.
      one.on('error', () => one.destroy())
    }
    front.pipe(back).pipe(front)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
