import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layoff, openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeEach(async () => {
  door = await openDoor({
    limits: { SAMSPILL_INGRESS_PUBLISH_MILLISECONDS: '1000', SAMSPILL_INGRESS_EVENTS_IN_FLIGHT: '2' },
  })
})
afterEach(() => door[Symbol.asyncDispose]())

describe('while brokers are away', () => {
  it('an event is refused 503 with Retry-After, and is surely not published', async () => {
    door.brokers = 'away'
    const answer = await door.post(layoff())
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.json).toMatchObject({ code: 'brokers-away', results: [{ status: 'refused' }] })
  })

  it('an unknown event type is still answered 404, at once', async () => {
    door.brokers = 'hang'
    const started = performance.now()
    expect((await door.post(layoff({ type: 'nav.layoffs.Nothing' }))).status).toBe(404)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('an event is answered at its deadline when they hang', async () => {
    door.brokers = 'hang'
    const started = performance.now()
    const answer = await door.post(layoff())
    expect(answer.status).toBe(503)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('ingress lives, is not ready, and takes events again once they are back', async () => {
    door.brokers = 'away'
    expect((await door.get('/health/live')).status).toBe(200)
    const notReady = await door.get('/health/ready')
    expect([notReady.status, notReady.json.reasons[0].code]).toEqual([503, 'brokers-away'])
    door.brokers = 'take'
    expect((await door.get('/health/ready')).status).toBe(200)
    expect((await door.post(layoff())).status).toBe(202)
  })
})

describe('when the answer of the brokers is lost', () => {
  it('the outcome is unknown, and the client is told to send the same id again', async () => {
    door.brokers = 'lose-the-answer'
    const answer = await door.post(layoff())
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(answer.json.code).toBe('outcome-unknown')
    expect(answer.json.detail).toContain('Send it again with the same id and source')
    expect(answer.json.results[0]).toMatchObject({ id: layoff()['id'], status: 'unknown' })
  })

  it('an unforeseen failure counts as unknown too, and nothing of it gets out', async () => {
    door.brokers = 'crash'
    const answer = await door.post(layoff())
    expect(answer.json.code).toBe('outcome-unknown')
    expect(answer.text).not.toContain('cannot send')
  })
})

async function untilInHand(count: number, at = door): Promise<void> {
  const told = new RegExp(`^samspill_ingress_in_flight{.*} ${count}$`, 'm')
  for (;;) if (told.test((await at.get('/metrics')).text)) return
}

describe('with as many events in hand as it takes', () => {
  it('a request is refused 503 with Retry-After, and those in hand are not harmed', async () => {
    door.brokers = 'hang'
    const inHand = [door.post(layoff({ id: 'a' })), door.post(layoff({ id: 'b' }))]
    await untilInHand(2)
    const answer = await door.post(layoff({ id: 'c' }))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(answer.json.code).toBe('too-many-in-flight')
    expect((await Promise.all(inHand)).map((each) => each.json.code)).toEqual(['brokers-away', 'brokers-away'])
    door.brokers = 'take'
    expect((await door.post(layoff())).status).toBe(202)
  })

  it('bodies count until they are answered, however little of them the brokers get', async () => {
    const limits = { SAMSPILL_INGRESS_PUBLISH_MILLISECONDS: '1000', SAMSPILL_INGRESS_BODY_BYTES_IN_FLIGHT: '1048576' }
    await using small = await openDoor({ limits })
    const large = layoff({ ignored: 'x'.repeat(600_000) })
    small.brokers = 'hang'
    const inHand = small.post(large)
    await untilInHand(1, small)
    expect((await small.post(large)).json.code).toBe('too-many-in-flight')
    expect((await inHand).json.code).toBe('brokers-away')
    small.brokers = 'take'
    expect((await small.post(large)).status).toBe(202)
  })

  it('a full lane is answered the same way', async () => {
    door.brokers = 'full'
    expect((await door.post(layoff())).json.code).toBe('too-many-in-flight')
  })
})

describe('while the registry is away', () => {
  it('ingress starts, says why it is not ready, and refuses 503 what it cannot encode', async () => {
    await using lonely = await openDoor({ registryAway: true })
    const ready = await lonely.get('/health/ready')
    expect([ready.status, ready.json.reasons[0].code]).toEqual([503, 'schema-unresolved'])
    const answer = await lonely.post(layoff())
    expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'schema-unresolved',
      '5',
    ])
    expect((await lonely.post(layoff({ type: 'nav.layoffs.Nothing' }))).status).toBe(404)
  })
})
