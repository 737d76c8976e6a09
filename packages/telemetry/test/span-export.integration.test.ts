import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { startTelemetry, type Telemetry } from '../src/index.ts'

let collector: Server | undefined

afterEach(() => {
  collector?.closeAllConnections()
  collector?.close()
  collector = undefined
})

describe('spans on their way to a collector', () => {
  test('arrive as OTLP before a stopping service is gone', async () => {
    const received: Buffer[] = []
    const url = await startCollector((body) => received.push(body))
    {
      await using hub = start(url)
      hub.tracing.start('process nav.layoffs', { kind: 'consumer' }).end()
    }
    const text = Buffer.concat(received).toString('latin1')
    expect(text).toContain('process nav.layoffs')
    expect(text).toContain('wage-compensation')
  })

  test('that cannot be sent cost no work, and one line at most', async () => {
    const lines: string[] = []
    const begin = performance.now()
    {
      await using hub = start('http://127.0.0.1:1', lines)
      for (let number = 0; number < 30_000; number++) hub.tracing.start('process', { kind: 'consumer' }).end()
    }
    expect(performance.now() - begin).toBeLessThan(8_000)
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
    expect(lines.filter((line) => line.includes('traces cannot be sent')).length).toBeLessThanOrEqual(1)
  }, 15_000)

  test('do not hold up a stop when the collector never answers', async () => {
    const url = await startCollector(() => undefined, false)
    const begin = performance.now()
    {
      await using hub = start(url)
      hub.tracing.start('process', { kind: 'consumer' }).end()
    }
    expect(performance.now() - begin).toBeLessThan(5_000)
  }, 15_000)
})

function start(otlpUrl: string, lines: string[] = []): Telemetry {
  const output = { write: (line: string) => void lines.push(line) }
  return startTelemetry({ service: 'wage-compensation', logLevel: 'info', otlpUrl, output })
}

async function startCollector(onBody: (body: Buffer) => void, answers = true): Promise<string> {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      onBody(Buffer.concat(chunks))
      if (answers) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  const server = collector
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
