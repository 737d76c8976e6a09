import { createHmac, randomUUID } from 'node:crypto'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka, Partitioners } from 'kafkajs'

const { SAMSPILL_KAFKA, SAMSPILL_REGISTRY, INCOME_KEY_SECRET } = process.env
if (!SAMSPILL_KAFKA || !SAMSPILL_REGISTRY || !INCOME_KEY_SECRET) throw new Error('say where the hub is')

const registry = new SchemaRegistry({ host: SAMSPILL_REGISTRY })
const producer = new Kafka({ brokers: SAMSPILL_KAFKA.split(',') }).producer({
  createPartitioner: Partitioners.DefaultPartitioner,
})
await producer.connect()

const income = {
  reportId: randomUUID(),
  person: '23888212167',
  employer: '889640782',
  subUnit: '974760673',
  month: '2020-02',
  deliveredAt: Date.parse('2020-03-05T10:00:00Z'),
  payments: [{ kind: 'FIXED_PAY', amountInOre: 3_850_000 }],
  deviations: [],
}
const schemaId = await registry.getLatestSchemaId('skatteetaten.income-skatteetaten.income.MonthlyIncomeReported')
await producer.send({
  topic: 'skatteetaten.income',
  acks: -1,
  messages: [
    {
      key: createHmac('sha256', INCOME_KEY_SECRET).update(income.person).digest('base64url'),
      value: await registry.encode(schemaId, income),
    },
  ],
})
await producer.disconnect()
console.log(`published report ${income.reportId}`)
