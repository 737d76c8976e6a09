import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { personDied } from '@samspill/schemas'
import { localDate, nationalIdentityNumber, RetryLater, timestamp, type PollContext } from '@samspill/service'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deathsFeed } from './snippets/deaths-feed.ts'

const deaths = [{ number: 41, person: '23888212167', date: '2020-03-17' }]
let register: Server
let url: string
beforeAll(async () => {
  register = createServer((request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://register').searchParams.get('after'))
    response.statusCode = after > 100 ? 503 : 200
    response.end(JSON.stringify(deaths.filter(({ number }) => number > after)))
  })
  await new Promise<void>((resolve) => register.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(register.address() as AddressInfo).port}`
})
afterAll(() => void register.close())

const poll = (cursor: string | undefined) => {
  const signal = new AbortController().signal
  return deathsFeed(url).poll({ cursor, signal, now: () => timestamp(0), log: {} as PollContext['log'] })
}

describe('the feed of the how-to page', () => {
  test('publishes what the register has after the cursor, and moves the cursor', async () => {
    const found = await poll(undefined)
    const event = personDied({ person: nationalIdentityNumber('23888212167'), dateOfDeath: localDate('2020-03-17') })
    expect(found).toMatchObject({ events: [{ type: event.type, data: event.data }], cursor: '41', more: true })
  })

  test('says that there is nothing new', async () => {
    expect(await poll('41')).toBe('nothing-new')
  })

  test('waits when the register is ill', async () => {
    await expect(poll('101')).rejects.toBeInstanceOf(RetryLater)
  })
})
