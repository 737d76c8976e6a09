import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What a link does to the bytes that pass. */
export type LinkState =
  | { readonly kind: 'open' }
  /** Bytes and connections vanish without a word, as in a network that is cut; at the mending all connections break. */
  | { readonly kind: 'cut' }
  /** Every piece arrives this much later, in order. */
  | { readonly kind: 'delayed'; readonly milliseconds: number }

/** A proxy between two parts, on a port of its own; bytes are passed on, lost or held back. */
export interface Link extends AsyncDisposable {
  readonly port: number
  /** Sets what the link does from now on, and counts anew. */
  set(state: LinkState): void
  /** Bytes that were lost or delayed, and connections that were swallowed, since the state was set. */
  readonly hit: { readonly bytes: number; readonly connections: number }
}

/** Opens a link to a port that is asked for at each connection: it may not be known yet. */
export async function openLink(target: () => number): Promise<Link> {
  const passages = new Set<Passage>()
  let state: LinkState = { kind: 'open' }
  let hit = { bytes: 0, connections: 0 }
  const count = (bytes: number): void => {
    hit = { ...hit, bytes: hit.bytes + bytes }
  }
  const server = createServer({ allowHalfOpen: false, noDelay: true }, (client) => {
    if (state.kind === 'cut') hit = { ...hit, connections: hit.connections + 1 }
    const passage = new Passage(client, target, () => state, count)
    passages.add(passage)
    passage.onClosed(() => passages.delete(passage))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get hit() {
      return hit
    },
    set(next) {
      // Bytes of these connections are missing: no side could make sense of what follows.
      if (state.kind === 'cut') for (const passage of passages) passage.close()
      hit = { bytes: 0, connections: 0 }
      state = next
    },
    async [Symbol.asyncDispose]() {
      for (const passage of passages) passage.close()
      server.close()
      await once(server, 'close')
    },
  }
}

/** One connection through a link. */
class Passage {
  readonly #client: Socket
  #server: Socket | undefined
  readonly #state: () => LinkState
  readonly #count: (bytes: number) => void

  constructor(client: Socket, target: () => number, state: () => LinkState, count: (bytes: number) => void) {
    this.#client = client
    this.#state = state
    this.#count = count
    client.on('error', () => client.destroy())
    client.on('close', () => this.#server?.destroy())
    // In a cut network nobody is reached: the client waits for an answer that does not come.
    if (state().kind === 'cut') {
      client.on('data', (bytes) => count(bytes.length))
      return
    }
    const server = connect({ port: target(), host: '127.0.0.1', noDelay: true })
    this.#server = server
    server.on('error', () => server.destroy())
    server.on('close', () => client.destroy())
    this.#pass(client, server)
    this.#pass(server, client)
  }

  onClosed(closed: () => void): void {
    this.#client.on('close', closed)
  }

  close(): void {
    this.#client.resetAndDestroy()
    this.#server?.resetAndDestroy()
  }

  #pass(from: Socket, to: Socket): void {
    /** When the last piece that is held back goes on: none may overtake it. */
    let latest = 0
    from.on('data', (bytes) => {
      const state = this.#state()
      if (state.kind === 'cut') return this.#count(bytes.length)
      const now = performance.now()
      if (state.kind === 'open' && now >= latest) {
        if (!to.write(bytes)) from.pause()
        return
      }
      if (state.kind === 'delayed') {
        this.#count(bytes.length)
        latest = Math.max(latest, now + state.milliseconds)
      }
      setTimeout(() => {
        if (this.#state().kind === 'cut') this.#count(bytes.length)
        else if (!to.destroyed) to.write(bytes)
      }, latest - now)
    })
    to.on('drain', () => from.resume())
    from.on('end', () => {
      const wait = Math.max(0, latest - performance.now())
      if (this.#state().kind !== 'cut') setTimeout(() => to.end(), wait)
    })
  }
}
