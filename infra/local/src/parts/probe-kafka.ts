import { connect } from 'node:net'
import { reasonOf } from './probes.ts'

const timeoutMilliseconds = 2_000
const apiVersions = { key: 18, version: 0, body: Buffer.alloc(0) }
/** Of no topic, so that only the brokers are told; the last byte forbids to make topics. */
const metadata = { key: 3, version: 5, body: Buffer.from([0, 0, 0, 0, 0]) }

/** Asks a Kafka server which requests it knows, which it answers only when it takes requests. */
export async function probeKafka(port: number): Promise<string | undefined> {
  const answer = await ask(port, apiVersions)
  return typeof answer === 'string' ? answer : undefined
}

/** Asks a broker which brokers there are: it is ready when it is one of them, no longer fenced by its controller. */
export async function probeBroker(port: number, id: number): Promise<string | undefined> {
  const answer = await ask(port, metadata)
  if (typeof answer === 'string') return answer
  return brokersIn(answer).includes(id) ? undefined : `broker ${id} is not taken into its cluster yet`
}

/** The ids in a Metadata response, version 5: those of all brokers that are not fenced. */
export function brokersIn(answer: Buffer): readonly number[] {
  let at = 8
  const next = (length: number): number => (at += length) - length
  const ids: number[] = []
  for (let left = answer.readInt32BE(next(4)); left > 0; left -= 1) {
    ids.push(answer.readInt32BE(next(4)))
    next(answer.readInt16BE(next(2)) + 4)
    next(Math.max(0, answer.readInt16BE(next(2))))
  }
  return ids
}

/** Sends one request without a client's name; the answer from its correlation id on, or why there is none. */
function ask(
  port: number,
  request: { readonly key: number; readonly version: number; readonly body: Buffer },
): Promise<Buffer | string> {
  const head = Buffer.alloc(14)
  head.writeInt32BE(10 + request.body.length, 0)
  head.writeInt16BE(request.key, 4)
  head.writeInt16BE(request.version, 6)
  head.writeInt32BE(1, 8)
  head.writeInt16BE(-1, 12)
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMilliseconds })
    const finish = (answer: Buffer | string): void => {
      socket.destroy()
      resolve(answer)
    }
    let bytes = Buffer.alloc(0)
    socket.once('connect', () => socket.write(Buffer.concat([head, request.body])))
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more])
      if (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) finish(bytes.subarray(4))
    })
    socket.once('timeout', () => finish(`the broker on port ${port} does not answer`))
    socket.once('close', () => finish(`the broker on port ${port} closes connections`))
    socket.once('error', (error) => finish(`the broker on port ${port} does not answer (${reasonOf(error)})`))
  })
}
