import { setTimeout as sleep } from 'node:timers/promises'
import { HubError, noHeaders } from '@samspill/contracts'
import { AppendError, type PartitionWriter } from '@samspill/kafka'
import { contracts } from '@samspill/schemas'
import { startTelemetry } from '@samspill/telemetry'
import { describe, expect, it } from 'vitest'
import { findSchemaIds, knownEventTypes, openBrokerDoor, readIngressLimits, type BrokerDoor } from '../src/service.ts'
import { keySecrets } from './door.ts'

const { log } = startTelemetry({ service: 'ingress', logLevel: 'error' })
const record = {
  topic: 'nav.layoffs',
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: noHeaders,
  timestamp: 1,
}
const later = async (done: () => boolean): Promise<void> => {
  while (!done()) await sleep(5)
}

const sendOver = (door: BrokerDoor): Promise<unknown> =>
  new Promise((acknowledged, refused) => door.offer(record, {}, { acknowledged, refused }))

describe('brokers that are away when ingress starts', () => {
  const writer: PartitionWriter = {
    partitionCount: async () => 1,
    append: async () => ({ baseOffset: 7n }),
    rebuild: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }

  it('are tried again until they answer, and meanwhile every event is surely not written', async () => {
    let away = true
    await using door = openBrokerDoor({
      connection: {
        writer: async () => {
          if (away)
            throw new AppendError('broker-unreachable', 'no broker', { outcome: 'not-written', retriable: true })
          return writer
        },
      },
      topics: ['nav.layoffs'],
      log,
      maxRecords: 10,
      retryMilliseconds: 5,
      now: Date.now,
    })
    await sleep(20)
    expect(door.notReady()).toMatchObject([{ code: 'brokers-away' }])
    await expect(sendOver(door)).rejects.toMatchObject({ code: 'brokers-away', outcome: 'not-written' })
    away = false
    await later(() => door.notReady().length === 0)
    expect(await sendOver(door)).toEqual({ topic: 'nav.layoffs', partition: 0, offset: 7n })
  })

  it('without a topic for a stream leave ingress not ready, with the way out', async () => {
    const partitionCount = () =>
      Promise.reject(new AppendError('topic-unknown', 'no such topic', { outcome: 'not-written', retriable: false }))
    await using door = openBrokerDoor({
      connection: { writer: async () => ({ ...writer, partitionCount }) },
      topics: ['nav.layoffs'],
      log,
      maxRecords: 10,
      retryMilliseconds: 5,
      now: Date.now,
    })
    await later(() => door.notReady()[0]?.code === 'stream-missing')
    expect(door.notReady()[0]?.message).toContain('samspill streams apply')
  })
})

describe('a registry that is away when ingress starts', () => {
  it('is asked again until it has told every id', async () => {
    let away = true
    const { all } = knownEventTypes(contracts, keySecrets)
    await using ids = findSchemaIds({
      eventTypes: all,
      registry: {
        idOf: async () => {
          if (away) throw new HubError('registry-unavailable', 'no answer')
          return 12
        },
      },
      log,
      retryMilliseconds: 5,
    })
    await sleep(20)
    expect(ids.notReady()).toMatchObject([{ code: 'schema-unresolved' }])
    away = false
    await later(() => ids.notReady().length === 0)
    expect(ids.of('nav.layoffs.LayoffRegistered')).toBe(12)
  })
})

describe('settings', () => {
  it('without the key secret of an agency are refused, by the variable’s name', () => {
    expect(() => knownEventTypes(contracts, new Map())).toThrow(/SAMSPILL_KEY_[A-Z]+/)
  })

  it('beyond their range are refused, by name', () => {
    expect(() => readIngressLimits({ SAMSPILL_INGRESS_BATCH_EVENTS: '0' })).toThrow(/SAMSPILL_INGRESS_BATCH_EVENTS/)
  })

  it('leave room for an event in one batch of a lane', () => {
    expect(readIngressLimits({}).encodedEventBytes).toBeLessThan(1_000_000)
  })
})
