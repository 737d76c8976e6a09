import type { Socket } from 'node:net'
import pg from 'pg'

const error = 0x45
const readyForQuery = 0x5a

/**
 * A connection that does nothing but run batches of prepared statements: Bind and Execute for each, one Sync for all.
 * It reads no rows; any failure ends the run.
 */
export class BarePipeline {
  readonly #client: pg.Client
  readonly #socket: Socket
  readonly #prepared = new Set<string>()
  #isCorked = false
  #done: PromiseWithResolvers<void> | undefined
  #rest: Buffer = Buffer.alloc(0)

  private constructor(client: pg.Client) {
    this.#client = client
    this.#socket = client.connection.stream as Socket
    this.#socket.removeAllListeners('data')
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  static async connect(url: string, schema: string): Promise<BarePipeline> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`set search_path to "${schema}"`)
    return new BarePipeline(client)
  }

  add(name: string, text: string, values: readonly (string | Buffer)[]): void {
    const { connection } = this.#client
    if (!this.#isCorked) this.#socket.cork()
    this.#isCorked = true
    if (!this.#prepared.has(name)) connection.parse({ name, text, types: [] }, true)
    this.#prepared.add(name)
    connection.bind({ statement: name, values: [...values] }, true)
    connection.execute({}, true)
  }

  /** Runs what was added. Rejects with the first failure; nothing of it stands then. */
  async run(): Promise<void> {
    this.#done = Promise.withResolvers<void>()
    this.#client.connection.sync()
    this.#socket.uncork()
    this.#isCorked = false
    await this.#done.promise
  }

  async end(): Promise<void> {
    await this.#client.end()
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let offset = 0
    while (offset + 5 <= bytes.length) {
      const end = offset + 1 + bytes.readUInt32BE(offset + 1)
      if (end > bytes.length) break
      const code = bytes[offset]
      if (code === error) this.#done?.reject(new Error(bytes.toString('utf8', offset + 5, end)))
      if (code === readyForQuery) this.#done?.resolve()
      offset = end
    }
    this.#rest = bytes.subarray(offset)
  }
}
