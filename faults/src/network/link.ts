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
    /** What is held back, in the order in which it came; `undefined` is the end. */
    const held: { readonly at: number; readonly bytes: Buffer | undefined }[] = []
    const passOn = (bytes: Buffer | undefined): void => {
      if (bytes === undefined) to.end()
      else if (!to.destroyed && !to.write(bytes)) from.pause()
    }
    const release = (): void => {
      for (let next = held[0]; next !== undefined; next = held[0]) {
        const wait = next.at - performance.now()
        if (wait > 0) return void setTimeout(release, Math.ceil(wait))
        held.shift()
        if (this.#state().kind !== 'cut') passOn(next.bytes)
        else this.#count(next.bytes?.length ?? 0)
      }
    }
    const take = (bytes: Buffer | undefined): void => {
      const state = this.#state()
      if (state.kind === 'cut') return this.#count(bytes?.length ?? 0)
      if (state.kind === 'open' && held.length === 0) return passOn(bytes)
      const delay = state.kind === 'delayed' ? state.milliseconds : 0
      if (delay > 0) this.#count(bytes?.length ?? 0)
      // None may overtake another: what comes after the delay still goes behind what is held back.
      held.push({ at: Math.max(held.at(-1)?.at ?? 0, performance.now() + delay), bytes })
      if (held.length === 1) release()
    }
    from.on('data', take)
    from.on('end', () => take(undefined))
    to.on('drain', () => from.resume())
  }
}
