import express from 'express'
import { Kafka, logLevel } from 'kafkajs'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** The doors to compare with: express that parses and answers 202, and the same with one kafkajs send per request. */

const send = process.argv[2] === 'naive' ? await sendEach() : (): undefined => undefined
const app = express()
app.use(express.json({ type: () => true, limit: '10mb' }))
app.post('/events', async (request, response) => {
  await send(request.body)
  response.status(202).json({ status: 'accepted' })
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`)

interface PostedEvent {
  readonly data: { readonly person: string }
}

async function sendEach(): Promise<(body: PostedEvent) => Promise<unknown>> {
  const brokers = (process.env['SAMSPILL_KAFKA'] ?? '').split(',')
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  return (event) => {
    const message = { key: event.data.person, value: JSON.stringify(event) }
    return producer.send({ topic: 'nav.layoffs', acks: -1, messages: [message] })
  }
}
