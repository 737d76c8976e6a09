import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  addressesOf,
  brokerPlaces,
  controllerPlace,
  decideBrokerCount,
  isBrokerPart,
} from '../src/brokers/broker-places.ts'
import { readOrMakeClusterId } from '../src/brokers/cluster-id.ts'
import { propertiesOfBroker, propertiesOfController, propertiesOfOne } from '../src/brokers/server-properties.ts'
import { ownedBy } from '../src/brokers/storage.ts'
import { stackLocations } from '../src/locations.ts'
import { brokersIn } from '../src/parts/probe-kafka.ts'

const state = mkdtempSync(join(tmpdir(), 'samspill-brokers-'))
const locations = stackLocations('three', { SAMSPILL_STATE: state })
const ports = [1, 2, 3].map((number) => ({ clients: 9000 + number, brokers: 9100 + number }))
afterAll(() => rmSync(state, { recursive: true }))

const three = () => brokerPlaces(ports, {}, locations, undefined)

describe('the number of brokers of a stack', () => {
  test('is one where nobody says, and what was chosen first from then on', () => {
    expect(decideBrokerCount(undefined, locations, undefined)).toBe(1)
    expect(decideBrokerCount(undefined, locations, { brokers: three() })).toBe(3)
  })

  test('may be another one while nothing was written yet', () => {
    expect(decideBrokerCount(1, locations, { brokers: three() })).toBe(1)
  })

  test('is refused where there is data on another number of them, with both ways out', () => {
    const [, second] = three()
    mkdirSync(join(second?.folder ?? '', 'storage'), { recursive: true })
    const change = (): unknown => decideBrokerCount(1, locations, { brokers: three() })
    expect(change).toThrow('the stack "three" keeps its events on 3 brokers and cannot be given 1')
    expect(change).toThrow('`samspill --stack three reset`')
  })

  test('counts for a stack of before there were several: its data lies on one', () => {
    const old = stackLocations('old', { SAMSPILL_STATE: state })
    mkdirSync(join(old.folder, 'kafka', 'storage'), { recursive: true })
    expect(decideBrokerCount(undefined, old, {})).toBe(1)
    expect(() => decideBrokerCount(3, old, {})).toThrow('keeps its events on one broker and cannot be given 3')
  })
})

describe('the places of brokers', () => {
  test('are the folder of the stack, one for each', () => {
    expect(three().map(({ part, folder }) => [part, folder])).toEqual(
      ['kafka-1', 'kafka-2', 'kafka-3'].map((part) => [part, join(locations.folder, part)]),
    )
    expect(brokerPlaces(ports.slice(0, 1), {}, locations, undefined)[0]?.part).toBe('kafka')
  })

  test('can be chosen, and stay where they were chosen', () => {
    const chosen = brokerPlaces(ports, { folders: { 'kafka-2': '/mnt/small' } }, locations, undefined)
    expect(chosen[1]?.folder).toBe('/mnt/small')
    expect(brokerPlaces(ports, {}, locations, { brokers: chosen })).toEqual(chosen)
  })

  test('are told clients as they are advertised, so that a proxy can stand before a broker', () => {
    const choice = { advertised: { 'kafka-2': { clients: 9202 }, 'kafka-3': { brokers: 9303 } } }
    const [, second, third] = brokerPlaces(ports, choice, locations, undefined)
    expect(second).toMatchObject({ listens: { clients: 9002 }, advertised: { clients: 9202, brokers: 9102 } })
    expect(third?.advertised).toEqual({ clients: 9003, brokers: 9303 })
    expect(addressesOf(brokerPlaces(ports, choice, locations, undefined))).toBe(
      '127.0.0.1:9001,127.0.0.1:9202,127.0.0.1:9003',
    )
  })

  test('have names that are told from the controller’s', () => {
    expect(['kafka', 'kafka-1', 'kafka-3', 'kafka-controller', 'registry'].map(isBrokerPart)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('the settings of a broker', () => {
  test('keep every internal topic three times, and let no copy that lags lead', () => {
    const controller = controllerPlace(9200, {}, locations)
    const text = propertiesOfBroker(three()[0] ?? never(), controller)
    for (const line of [
      'offsets.topic.replication.factor=3',
      'transaction.state.log.replication.factor=3',
      'transaction.state.log.min.isr=2',
      'min.insync.replicas=2',
      'unclean.leader.election.enable=false',
      'process.roles=broker',
      'controller.quorum.voters=100@127.0.0.1:9200',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
  })

  test('name the doors of a proxy where one stands before broker and controller', () => {
    const choice = {
      advertised: { 'kafka-1': { clients: 7001, brokers: 7101 }, 'kafka-controller': { brokers: 7200 } },
    }
    const controller = controllerPlace(9200, choice, locations)
    const [first] = brokerPlaces(ports, choice, locations, undefined)
    const text = propertiesOfBroker(first ?? never(), controller)
    expect(text).toContain('\nlisteners=CLIENTS://127.0.0.1:9001,BROKERS://127.0.0.1:9101\n')
    expect(text).toContain('\nadvertised.listeners=CLIENTS://127.0.0.1:7001,BROKERS://127.0.0.1:7101\n')
    expect(text).toContain('\ncontroller.quorum.voters=100@127.0.0.1:7200\n')
    expect(propertiesOfController(controller)).toContain('\nlisteners=CONTROLLER://127.0.0.1:9200\n')
  })

  test('of one alone keep everything once', () => {
    const [only] = brokerPlaces(ports.slice(0, 1), {}, locations, undefined)
    const text = propertiesOfOne(only ?? never(), 9200)
    expect(text).toContain('\noffsets.topic.replication.factor=1\n')
    expect(text).toContain('\nprocess.roles=broker,controller\n')
  })
})

describe('the id of a cluster', () => {
  test('is made once, as Kafka makes them', () => {
    const id = readOrMakeClusterId(locations.folder)
    expect(id).toMatch(/^[A-Za-z0-9_][\w-]{21}$/)
    expect(readOrMakeClusterId(locations.folder)).toBe(id)
  })
})

describe('a copy of a formatted storage', () => {
  test('belongs to the cluster and says whose it is', () => {
    const text = 'cluster.id=M_D1vVlqS2mb0JcTcl8gTw\ndirectory.id=P-8Mx3z60MWvOD057Tk7eg\nnode.id=100\nversion=1\n'
    expect(ownedBy(2, 'XSv6Y-22jnNI_vK3EZCYYg', text)).toBe(
      'cluster.id=M_D1vVlqS2mb0JcTcl8gTw\ndirectory.id=XSv6Y-22jnNI_vK3EZCYYg\nnode.id=2\nversion=1\n',
    )
  })
})

describe('the brokers in an answer', () => {
  test('are all that the asked one knows, with and without a rack', () => {
    const broker = (id: number, rack: Buffer) => {
      const bytes = Buffer.concat([Buffer.alloc(6), Buffer.from('host'), Buffer.alloc(4), rack])
      bytes.writeInt32BE(id, 0)
      bytes.writeInt16BE(4, 4)
      return bytes
    }
    const head = Buffer.alloc(12)
    head.writeInt32BE(2, 8)
    const answer = Buffer.concat([
      head,
      broker(1, Buffer.from([255, 255])),
      broker(3, Buffer.from([0, 1, 65])),
      Buffer.alloc(9),
    ])
    expect(brokersIn(answer)).toEqual([1, 3])
  })
})

function never(): never {
  throw new Error('there is no such broker')
}
