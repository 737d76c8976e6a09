import { connect, type Socket } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')

/** One keep-alive connection that sends one request at a time, on a bare socket: it must cost less than any server. */
export class RequestConnection implements Disposable {
  readonly #socket: Socket
  #answered: ((error?: Error) => void) | undefined
  #left = 0
  #rest: Buffer | undefined

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#socket = connect(Number(port), hostname)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#answered?.(error))
    this.#socket.on('close', () => this.#answered?.(new Error('the server hung up')))
  }

  /** Sends a request, and resolves when its whole answer is here. Rejects for every status but 202. */
  send(request: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = (error) => {
        this.#answered = undefined
        if (error === undefined) resolve()
        else reject(error)
      }
      this.#socket.write(request)
    })
  }

  #take(chunk: Buffer): void {
    if (this.#left > 0) {
      this.#left -= chunk.length
    } else {
      const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
      const end = bytes.indexOf(headEnd)
      this.#rest = end < 0 ? bytes : undefined
      if (end < 0) return
      const head = bytes.toString('latin1', 0, end)
      if (!head.startsWith('HTTP/1.1 202')) {
        this.#answered?.(new Error(`the server answered ${bytes.toString().slice(0, 500)}`))
        return
      }
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      this.#left = end + headEnd.length + length - bytes.length
    }
    if (this.#left <= 0) this.#answered?.()
  }

  [Symbol.dispose](): void {
    this.#answered = undefined
    this.#socket.destroy()
  }
}
