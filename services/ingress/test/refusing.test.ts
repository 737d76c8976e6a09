import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { createCodecs, frame } from '@samspill/avro'
import { layoffRegistered } from '@samspill/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kari, layoff, layoffData, openDoor, type TestAnswer, type TestDoor } from './door.ts'

const mebibyte = 1024 * 1024
const kariAsWritten = `${kari.slice(0, 6)} ${kari.slice(6)}`
let door: TestDoor
beforeAll(async () => {
  door = await openDoor({
    limits: { SAMSPILL_INGRESS_BATCH_EVENTS: '10', SAMSPILL_INGRESS_ENCODED_EVENT_BYTES: '2000' },
  })
})
afterAll(() => door[Symbol.asyncDispose]())

function expectProblem(answer: TestAnswer, status: number, code: string, errors?: readonly object[]): void {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.json).toMatchObject({ status, code, ...(errors === undefined ? {} : { errors }) })
  expect(answer.status).toBe(status)
  expect(answer.text).not.toContain(kari)
}

describe('a body that is not what it should be', () => {
  const structured = { 'content-type': 'application/cloudevents+json' }

  it('is refused 400 when it is malformed JSON, without repeating it', async () => {
    expectProblem(await door.post(`{"data": {"person": "${kari}", }}`), 400, 'json-malformed')
  })

  it('is refused 413 from its header when it is too large', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { ...structured, 'content-length': 2 * mebibyte }
      const outgoing = request(`${door.url}/events`, { method: 'POST', headers }, (incoming) => {
        resolve(incoming.statusCode)
        outgoing.destroy()
      })
      outgoing.on('error', reject)
      outgoing.flushHeaders()
    })
    expect(status).toBe(413)
  })

  it('is refused 413 when it comes in chunks and grows too large', async () => {
    const chunk = Buffer.alloc(100_000, ' ')
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += chunk.length
        if (sent > 5 * mebibyte) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const response = await fetch(`${door.url}/events`, {
      method: 'POST',
      headers: structured,
      body,
      duplex: 'half',
    } as RequestInit)
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'body-too-large' }])
  })

  it('is refused 413 when it is a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * mebibyte))
    expectProblem(await door.post(bomb, { ...structured, 'content-encoding': 'gzip' }), 413, 'body-too-large')
  })

  it('is accepted when it is honest gzip', async () => {
    const answer = await door.post(gzipSync(JSON.stringify(layoff())), { ...structured, 'content-encoding': 'gzip' })
    expect(answer.status).toBe(202)
  })

  it.each(['text/plain', 'application/xml', 'application/json', 'application/avro', 'application/cloudevents+avro'])(
    'is refused 415 as %s without attributes in headers',
    async (type) => {
      const answer = await door.post(layoff(), { 'content-type': type })
      expectProblem(answer, 415, 'media-type-unsupported')
      expect(answer.headers.get('accept-post')).toContain('application/cloudevents+json')
    },
  )

  it('is refused 415 in another charset than UTF-8', async () => {
    const latin = { 'content-type': 'application/cloudevents+json; charset=iso-8859-1' }
    expectProblem(await door.post(layoff(), latin), 415, 'media-type-unsupported')
  })

  it('is refused 400 when a batch is no array, and 413 when it has too many events', async () => {
    const batch = { 'content-type': 'application/cloudevents-batch+json' }
    expectProblem(await door.post(layoff(), batch), 400, 'event-invalid')
    const events = Array.from({ length: 11 }, () => layoff())
    expectProblem(await door.post(events, batch), 413, 'batch-too-large')
  })
})

describe('an address or method that is not there', () => {
  it('is answered 405 and 404 with a problem', async () => {
    expectProblem(await door.get('/events'), 405, 'method-not-allowed')
    expectProblem(await door.get('/event'), 404, 'not-found')
  })
})

describe('an event that is no CloudEvent', () => {
  it('is refused 400 with every broken attribute by name', async () => {
    const answer = await door.post({ specversion: '0.3', id: 7, source: '', time: 'yesterday', data: {} })
    expectProblem(answer, 400, 'event-invalid', [
      { path: 'specversion', rule: 'unsupported' },
      { path: 'id', rule: 'wrong-type' },
      { path: 'source', rule: 'empty' },
      { path: 'type', rule: 'missing-attribute' },
      { path: 'time', rule: 'not-a-time' },
    ])
  })

  it.each([
    ['data is missing', { data: undefined }, 'data', 'missing-attribute'],
    ['it takes back nothing', { annuls: true }, 'annuls', 'without-corrects'],
    ['it names a source and no event', { correctssource: '/nav/altinn' }, 'correctssource', 'without-corrects'],
    ['it corrects itself', { id: 'layoff-1', corrects: 'layoff-1' }, 'corrects', 'corrects-itself'],
    ['annuls is no truth value', { corrects: '1', annuls: 'perhaps' }, 'annuls', 'wrong-type'],
    ['it names what it corrects by a person', { corrects: kari }, 'corrects', 'national-identity-number'],
    ['its fields stand beside data', { layoffId: 'x' }, 'layoffId', 'unknown-attribute'],
    ['data and data_base64 are both there', both(), 'data', 'twice'],
    ['the subject is a national number', { subject: kari }, 'subject', 'national-identity-number'],
    ['the id holds a national number', { id: `layoff-${kari}` }, 'id', 'national-identity-number'],
    ['the id has letters glued to one', { id: `fnr${kari}x` }, 'id', 'national-identity-number'],
    ['the id has a D before one', { id: `d${kari}` }, 'id', 'national-identity-number'],
    ['the id has one as people write it', { id: kariAsWritten }, 'id', 'national-identity-number'],
    ['the id has half a character', { id: 'layoff-\ud800' }, 'id', 'half-character'],
    ['the source has a line break', { source: '/nav/a\nb' }, 'source', 'control-character'],
  ])('is refused 400 when %s', async (_what, change, path, rule) => {
    expectProblem(await door.post(layoff(change)), 400, 'event-invalid', [{ path, rule }])
  })

  it.each([`00000000-0000-4000-8000-0${kari}`, `a1b2c${kari}`, `0123456789abcdef0123f${kari}`, '20200330-23888212168'])(
    'is accepted with the id %s, which holds eleven digits by chance',
    async (id) => {
      expect((await door.post(layoff({ id }))).status).toBe(202)
    },
  )

  it('is refused with a hundred of the names that do not belong, however many it has', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => [`field_${index}`, 1])
    const answer = await door.post(layoff(Object.fromEntries(names)))
    expectProblem(answer, 400, 'event-invalid')
    expect(answer.json.errors).toHaveLength(100)
  })

  it('is refused 415 when its data is in another format', async () => {
    expectProblem(await door.post(layoff({ datacontenttype: 'text/xml' })), 415, 'data-format-unsupported')
  })
})

describe('an event that does not belong', () => {
  it('is refused 404 when its type is unknown, with the nearest name', async () => {
    const answer = await door.post(layoff({ type: 'nav.layoffs.LayofRegistered' }))
    expectProblem(answer, 404, 'event-type-unknown')
    expect(answer.json.detail).toContain('Did you mean nav.layoffs.LayoffRegistered?')
  })

  it('is refused 422 when its source is another agency’s', async () => {
    const answer = await door.post(layoff({ source: '/skatteetaten/aordningen' }))
    expectProblem(answer, 422, 'source-foreign', [
      { path: 'source', rule: 'foreign', message: 'must be /nav/<system>' },
    ])
  })

  it('is refused 422 when a plain system writes the stream with keys of its own', async () => {
    const answer = await door.post(
      layoff({ type: 'skatteetaten.income.MonthlyIncomeReported', source: '/skatteetaten/aordningen' }),
    )
    expectProblem(answer, 422, 'stream-keyed-by-publisher')
  })
})

describe('data that breaks its contract', () => {
  it.each([
    ['an unknown field', { salary: 500_000 }, 'data.salary', 'unknown-field'],
    ['a missing field', { start: undefined }, 'data.start', 'missing-field'],
    ['a wrong type', { employmentId: 5 }, 'data.employmentId', 'wrong-type'],
    ['a date that does not exist', { start: '2020-02-30' }, 'data.start', 'invalid-value'],
    ['a number with wrong check digits', { person: '15819010020' }, 'data.person', 'invalid-value'],
    ['a prototype', { ['__proto__']: {} }, 'data.__proto__', 'unknown-field'],
  ])('is refused 422 for %s, by its path', async (_what, change, path, rule) => {
    const answer = await door.post(layoff({ data: layoffData(change) }))
    expectProblem(answer, 422, 'data-invalid', [{ path, rule }])
  })

  it.each([null, 5, 'text', [1]])('is refused when it is %j and no object', async (data) => {
    const answer = await door.post(layoff({ data }))
    expect([400, 422]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  it('is refused 413 when the event is larger than a record may be', async () => {
    const answer = await door.post(layoff({ data: layoffData({ employmentId: 'x'.repeat(2_001) }) }))
    expectProblem(answer, 413, 'event-too-large')
  })
})

describe('Avro data', () => {
  const codec = createCodecs().of(layoffRegistered)
  const body = (change: Record<string, unknown> = {}): Buffer => {
    const read = codec.fromJson(layoffData(change))
    if ('problems' in read) throw new Error('the sample is not a layoff')
    return codec.encode(read.data)
  }
  const own = (): number => door.schemaIdOf('nav.layoffs.LayoffRegistered')
  const post = (bytes: Buffer): Promise<TestAnswer> =>
    door.post(bytes, {
      'content-type': 'application/avro',
      'ce-specversion': '1.0',
      'ce-id': 'layoff-1',
      'ce-source': '/nav/aareg',
      'ce-type': 'nav.layoffs.LayoffRegistered',
    })

  it.each([
    ['not framed', () => body(), 'decode-not-framed'],
    ['empty', () => Buffer.alloc(0), 'decode-not-framed'],
    ['truncated', () => frame(own(), body()).subarray(0, -2), 'decode-truncated'],
    ['followed by more bytes', () => Buffer.concat([frame(own(), body()), Buffer.of(0)]), 'decode-trailing-bytes'],
  ])('is refused 400 when it is %s', async (_what, bytes, rule) => {
    expectProblem(await post(bytes()), 400, 'avro-malformed', [{ path: 'data', rule }])
  })

  it('is refused 422 when the registry does not know its schema id', async () => {
    expectProblem(await post(frame(4711, body())), 422, 'schema-unknown')
  })

  it('is refused 422 when its schema is another event type’s', async () => {
    expectProblem(await post(frame(door.schemaIdOf('nav.layoffs.LayoffEnded'), body())), 422, 'schema-foreign')
  })

  it('is refused 422 when it decodes, but a number in it has wrong check digits', async () => {
    const wrong = body()
    wrong.write('15819010020', wrong.indexOf(kari))
    expectProblem(await post(frame(own(), wrong)), 422, 'data-invalid', [{ path: 'data.person' }])
  })
})

/** Data twice over, which CloudEvents forbids. */
function both(): Record<string, unknown> {
  return { data_base64: 'AAAA', datacontenttype: 'application/avro' }
}
