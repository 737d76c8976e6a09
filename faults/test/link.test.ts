import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLink, type Link } from '../src/network/link.ts'

/** A server that says back what it hears. */
let echo: Server
let link: Link
const open = new Set<Socket>()

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  link = await openLink(() => (echo.address() as AddressInfo).port)
})
afterEach(async () => {
  for (const socket of open) socket.destroy()
  open.clear()
  await link[Symbol.asyncDispose]()
  echo.close()
})

async function client(): Promise<Socket> {
  const socket = connect(link.port, '127.0.0.1')
  open.add(socket)
  await once(socket, 'connect')
  return socket
}

async function heard(socket: Socket, milliseconds: number): Promise<string> {
  let text = ''
  const listen = (bytes: Buffer): void => void (text += bytes.toString())
  socket.on('data', listen)
  await wait(milliseconds)
  socket.off('data', listen)
  return text
}

describe('a link', () => {
  test('passes bytes on in both directions', async () => {
    const socket = await client()
    socket.write('layoff')
    expect(await heard(socket, 100)).toBe('layoff')
    expect(link.hit).toEqual({ bytes: 0, connections: 0 })
  })

  test('that is cut loses bytes without a word, counts them, and breaks its connections when it is mended', async () => {
    const [before, errors] = [await client(), [] as unknown[]]
    before.on('error', (error) => errors.push(error))
    before.write('a')
    expect(await heard(before, 100)).toBe('a')
    link.set({ kind: 'cut' })
    before.write('lost')
    const meanwhile = await client()
    meanwhile.on('error', (error) => errors.push(error))
    meanwhile.write('swallowed')
    expect(await heard(before, 100)).toBe('')
    expect(before.destroyed).toBe(false)
    expect(link.hit).toEqual({ bytes: 'lost'.length + 'swallowed'.length, connections: 1 })

    link.set({ kind: 'open' })
    await wait(100)
    expect([before.destroyed, meanwhile.destroyed]).toEqual([true, true])
    expect(errors).toHaveLength(2)
    const after = await client()
    after.write('b')
    expect(await heard(after, 100)).toBe('b')
  })

  test('that delays passes everything on later and in order, also what comes after the delay', async () => {
    const socket = await client()
    let text = ''
    let firstAt = 0
    socket.on('data', (bytes: Buffer) => {
      firstAt ||= performance.now()
      text += bytes.toString()
    })
    link.set({ kind: 'delayed', milliseconds: 150 })
    const sentAt = performance.now()
    socket.write('one ')
    while (link.hit.bytes < 'one '.length) await wait(1)
    socket.write('two ')
    while (link.hit.bytes < 'one two '.length) await wait(1)
    link.set({ kind: 'open' })
    socket.write('three')
    while (text.length < 'one two three'.length) await wait(1)
    expect(text).toBe('one two three')
    expect(firstAt - sentAt).toBeGreaterThanOrEqual(145)
  })
})
