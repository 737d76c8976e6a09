import { createConnection } from 'node:net'
import { openDatabase, startRelay } from '@samspill/postgres'

/*
 * A process that relays one schema: it sends each row as one line of JSON to the "broker" on a loopback port, and takes
 * the line "ok" for its acknowledgement. Started by a test, which kills it.
 */
const [url = '', schema = '', port = ''] = process.argv.slice(2)
const broker = createConnection(Number(port), '127.0.0.1')
const acknowledged: (() => void)[] = []
broker.on('data', (chunk) => {
  for (const answer of chunk.toString()) if (answer === '\n') acknowledged.shift()?.()
})
const log = { debug() {}, info() {}, warn() {}, error() {} }
const database = openDatabase({ url, schema, log })
startRelay({
  database,
  log,
  send: (row) =>
    new Promise<void>((resolve) => {
      acknowledged.push(resolve)
      broker.write(`${JSON.stringify({ process: process.pid, eventId: row.eventId, key: row.key.toString() })}\n`)
    }),
})
