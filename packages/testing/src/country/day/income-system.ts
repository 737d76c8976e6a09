import { createHmac } from 'node:crypto'
import type { MonthlyIncomeReported } from '@samspill/schemas'
import { Partitioners } from 'kafkajs'
import { stockClient } from './stock-client.ts'

const topic = 'skatteetaten.income'
const subject = 'skatteetaten.income-skatteetaten.income.MonthlyIncomeReported'
const recordsPerSend = 250

/** The tax authority's income system: a plain Kafka client that encodes by the schema id that the registry tells. */
export interface IncomeSystem extends AsyncDisposable {
  publish(incomes: readonly MonthlyIncomeReported[]): Promise<void>
}

/** Connects the income system. It sends no CloudEvents headers and makes its own opaque keys. */
export async function incomeSystem(at: Parameters<typeof stockClient>[0]): Promise<IncomeSystem> {
  const { kafka, registry } = stockClient(at, 'income-system')
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const schemaId = await registry.getLatestSchemaId(subject)
  return {
    publish: async (incomes) => {
      for (let begin = 0; begin < incomes.length; begin += recordsPerSend) {
        const messages = incomes.slice(begin, begin + recordsPerSend).map(async (income) => ({
          key: opaqueKey(income.person),
          value: await registry.encode(schemaId, income),
        }))
        await producer.send({ topic, acks: -1, messages: await Promise.all(messages) })
      }
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  }
}

/** The people are synthetic, so the secret may stand here; a real system keeps its own to itself. */
function opaqueKey(person: string): string {
  return createHmac('sha256', 'the secret of a synthetic income system').update(person).digest('base64url')
}
