import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka } from 'kafkajs'

const { SAMSPILL_KAFKA, SAMSPILL_REGISTRY } = process.env
if (!SAMSPILL_KAFKA || !SAMSPILL_REGISTRY) throw new Error('say where the hub is')

const registry = new SchemaRegistry({ host: SAMSPILL_REGISTRY })
const consumer = new Kafka({ brokers: SAMSPILL_KAFKA.split(',') }).consumer({ groupId: 'my-agency.my-reader' })
await consumer.connect()
await consumer.subscribe({ topic: 'nav.layoffs', fromBeginning: true })
await consumer.run({
  eachMessage: async ({ message: { value, headers } }) => {
    if (value === null) return
    const data = (await registry.decode(value)) as Readonly<Record<string, unknown>>
    console.log(`${headers?.ce_type?.toString()} ${headers?.ce_id?.toString()}: ${Object.keys(data).join(', ')}`)
  },
})
