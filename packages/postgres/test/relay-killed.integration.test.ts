import { noHeaders } from '@samspill/contracts'
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createInterface } from 'node:readline'
import { appendToOutbox, migrate, outboxStatus } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databaseUrl, schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

interface Sent {
  readonly process: number
  readonly eventId: string
  readonly key: string
}

describe('a relay that is killed between sending and deleting', () => {
  let under: SchemaUnderTest
  let broker: Server
  let log: Sent[]
  let children: ChildProcess[]
  beforeEach(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
    log = []
    children = []
    broker = createServer((socket) => {
      const lines = createInterface(socket)
      // The killed process resets its connection.
      socket.on('error', () => undefined)
      lines.on('error', () => undefined)
      lines.on('line', (line) => {
        log.push(JSON.parse(line) as Sent)
        setTimeout(() => socket.writable && socket.write('ok\n'), 3)
      })
    })
    await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    broker.close()
    await under[Symbol.asyncDispose]()
  })

  const startProcess = (): void => {
    const port = String((broker.address() as AddressInfo).port)
    const program = new URL('relay-process.ts', import.meta.url).pathname
    children.push(spawn(process.execPath, [program, databaseUrl(), under.schema, port], { stdio: 'inherit' }))
  }

  it('is followed by another process, which loses nothing and keeps the order per subject', async () => {
    const expected = new Map<string, string[]>()
    for (let batch = 0; batch < 20; batch += 1) {
      await under.database.transaction((transaction) =>
        appendToOutbox(
          transaction,
          Array.from({ length: 100 }, (_, number) => {
            const key = `key ${number % 50}`
            const eventId = `${batch}/${number}`
            expected.set(key, [...(expected.get(key) ?? []), eventId])
            return {
              eventId,
              type: 'nav.benefits.WageCompensationGranted',
              topic: 'nav.benefits',
              partition: number % 5,
              key: Buffer.from(key),
              value: Buffer.from([1]),
              headers: noHeaders,
            }
          }),
        ),
      )
    }
    startProcess()
    startProcess()
    await vi.waitFor(() => expect(log.length).toBeGreaterThan(300), { timeout: 10_000, interval: 2 })
    const first = log[0]?.process
    children.find((child) => child.pid === first)?.kill('SIGKILL')
    const killedAt = Date.now()
    await vi.waitFor(() => expect(log.some((sent) => sent.process !== first)).toBe(true), { timeout: 10_000 })
    expect(Date.now() - killedAt).toBeLessThan(4_000)
    await vi.waitFor(async () => expect((await outboxStatus(under.database)).waiting).toBe(0), { timeout: 20_000 })
    for (const [key, eventIds] of expected) {
      expect([...new Set(log.filter((sent) => sent.key === key).map((sent) => sent.eventId))]).toEqual(eventIds)
    }
    expect(log.length - 2_000).toBeLessThan(700)
  })
})
