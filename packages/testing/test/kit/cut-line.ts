import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line to a server that can be cut: what goes through it breaks, and nothing new comes through until it is mended. */
export interface CutLine extends AsyncDisposable {
  /** The address of the server, by this line. */
  readonly url: string
  cut(): void
  mend(): Promise<void>
}

/** Lays a line to the server of an address such as `postgres://user@host:port/database`. */
export async function layLine(address: string): Promise<CutLine> {
  const { port: farPort, hostname } = new URL(address)
  const sockets = new Set<Socket>()
  const server = createServer((caller) => {
    const far = connect(Number(farPort), hostname)
    for (const [socket, other] of [
      [caller, far],
      [far, caller],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const near = new URL(address)
  near.port = String(port)
  near.hostname = '127.0.0.1'
  const cut = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: near.href,
    cut,
    async mend() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) cut()
    },
  }
}
