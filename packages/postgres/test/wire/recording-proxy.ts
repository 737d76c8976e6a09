import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { databaseUrl } from '../running-database.ts'

/** A way to the database that notes which messages the client sends, and can fall silent. */
export interface RecordingProxy extends AsyncDisposable {
  readonly url: string
  /** The codes of the client's messages since `forget`, in order, e.g. `PDBES`. */
  readonly codes: string
  forget(): void
  /** From here on nothing comes back from the database. */
  silence(): void
}

/** Starts a proxy before the database under test. */
export async function recordingProxy(): Promise<RecordingProxy> {
  const target = new URL(databaseUrl())
  const sockets = new Set<Socket>()
  let codes = ''
  let silent = false
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    const note = codeReader((code) => (codes += code))
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (chunk: Buffer) => {
      note(chunk)
      database.write(chunk)
    })
    database.on('data', (chunk: Buffer) => !silent && client.write(chunk))
    client.on('close', () => database.destroy())
    database.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    get codes() {
      return codes
    },
    forget() {
      codes = ''
    },
    silence() {
      silent = true
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Tells the code of each message; the startup message, which comes first, has none. */
function codeReader(tell: (code: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let started = false
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const header = started ? 1 : 0
      if (rest.length < header + 4) return
      const length = header + rest.readUInt32BE(header)
      if (rest.length < length) return
      if (started) tell(String.fromCharCode(rest[0] ?? 0))
      started = true
      rest = rest.subarray(length)
    }
  }
}
