import confluent from '@kafkajs/confluent-schema-registry'
import { describe, expect, test } from 'vitest'
import { connectRegistry, createCodecs, createEventDecoder, createRegistrar } from '@samspill/avro'
import { layoff, layoffRegistered, layoffSchema } from './contracts.ts'
import { freshSubject, registryUnderTest } from './registry-under-test.ts'

const { SchemaRegistry } = confluent
const registry = registryUnderTest()
const { url } = registry

describe('a stock client that knows nothing of the hub', () => {
  const stock = new SchemaRegistry({ host: url })
  const subject = freshSubject('stock')
  const codec = createCodecs().of(layoffRegistered)
  const registered = createRegistrar(registry).register([{ subject, schema: layoffSchema }])

  /** The same layoff as Avro without logical types has it. */
  const plain = {
    ...layoff,
    from: 18_341,
    percentage: Buffer.from([0x27, 0x10]),
    periods: [{ from: 18_341, days: 18 }],
  }

  test('reads what we write', async () => {
    await registered
    const id = await connectRegistry({ url }).idOf(subject, layoffSchema)
    expect(await stock.decode(codec.encodeFramed(id, layoff))).toEqual(plain)
  })

  test('is read by us', async () => {
    const [verdict] = await registered
    expect(verdict).toMatchObject({ outcome: 'registered' })
    const id = await connectRegistry({ url }).idOf(subject, layoffSchema)
    const value = await stock.encode(id, plain)
    const decoder = createEventDecoder({ registry: connectRegistry({ url }), contracts: [layoffRegistered] })
    await decoder.prepare([value])
    expect(decoder.decode(value)).toMatchObject({
      schemaId: id,
      schemaName: 'nav.layoffs.LayoffRegistered',
      data: layoff,
    })
  })
})
