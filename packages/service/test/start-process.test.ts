import { readConfig } from '@samspill/config'
import { describe, expect, test } from 'vitest'
import { defineService, startProcess } from '../src/index.ts'

const away = readConfig({
  SAMSPILL_KAFKA: '127.0.0.1:9',
  SAMSPILL_REGISTRY: 'http://127.0.0.1:9',
  SAMSPILL_DATABASE: 'postgres://samspill@127.0.0.1:9/samspill',
})
const services = ['wage-compensation', 'career-guidance'].map((name) => defineService({ name, agency: 'nav' }))

describe('a process whose hub is away', () => {
  test('is alive, says what it waits for, and tells the metrics of all its services', async () => {
    await using running = await startProcess(services, { config: away, logOutput: { write: () => undefined } })
    expect((await fetch(`${running.url}/health/live`)).status).toBe(200)
    const ready = await fetch(`${running.url}/health/ready`)
    expect(ready.status).toBe(503)
    expect(JSON.stringify(await ready.json())).toMatch(/wage-compensation: .*career-guidance: /)
    const metrics = await (await fetch(`${running.url}/metrics`)).text()
    expect(metrics).toContain('samspill_outbox_events{service="wage-compensation"}')
    expect(metrics).toContain('samspill_outbox_events{service="career-guidance"}')
  })

  test('stops when it is told to, and calls that no error', async () => {
    const lines: string[] = []
    const running = await startProcess(services, { config: away, logOutput: { write: (line) => lines.push(line) } })
    await running[Symbol.asyncDispose]()
    await expect(running.started).rejects.toMatchObject({ name: 'AbortError' })
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })
})
