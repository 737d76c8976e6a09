import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { sendToIngress, type HttpEvent } from '../src/country/day/http-doors.ts'

function event(id: string): HttpEvent {
  return { id, source: '/nav/aareg', type: 'nav.layoffs.LayoffEnded', time: '2020-05-04T06:00:00Z', data: {} }
}

const accepted = { status: 'accepted' }
const unknown = { status: 'unknown', problem: { status: 503 } }
const away = { status: 'refused', problem: { status: 503 } }
const wrong = { status: 'refused', problem: { status: 422 } }

/** An ingress that gives these answers one after another, and keeps the ids that it was asked for. */
async function ingressThatAnswers(...answers: readonly (readonly [status: number, results: readonly object[]])[]) {
  const asked: string[][] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, results] = answers[asked.length] ?? [500, []]
      asked.push((JSON.parse(body) as readonly HttpEvent[]).map(({ id }) => id))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ results }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked, [Symbol.dispose]: () => void server.close() }
}

describe('the registers of the synthetic country', () => {
  test('send again what ingress did not accept, and nothing else', async () => {
    using ingress = await ingressThatAnswers([207, [accepted, unknown, away]], [503, [unknown, away]], [202, []])
    await sendToIngress(ingress.url, [event('a'), event('b'), event('c')])
    expect(ingress.asked).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ])
  })

  test('do not insist on what is refused for good', async () => {
    using ingress = await ingressThatAnswers([207, [accepted, wrong]])
    await expect(sendToIngress(ingress.url, [event('a'), event('b')])).rejects.toMatchObject({ code: 'door-refused' })
  })
})
