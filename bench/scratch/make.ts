import { randomBytes, randomUUID } from 'node:crypto'
import { createCodecs } from '@samspill/avro'
import { keySecret, timestamp } from '@samspill/contracts'
import { createOutgoingEvents, prepareEvents } from '@samspill/service'
import { startTelemetry } from '@samspill/telemetry'
import { describeStream } from '@samspill/testing'
const text = (name: string) => ({ name, type: 'string' })
const types = { Layoff: [text('employer'), { name: 'percent', type: 'int' }, text('from'), text('reason')] }
const contract = describeStream({ agency: 'tnav', name: 'layoffs', types }).contract('Layoff')
const { tracing } = startTelemetry({ service: 'bench', logLevel: 'warn', output: process.stderr, sampleRatio: 0.01 })
const outgoing = createOutgoingEvents({ agency: 'tnav', system: 'bench', publishes: [contract],
  keySecrets: new Map([['tnav', keySecret('tnav', randomBytes(32).toString('base64url'))]]),
  registry: { idOf: async () => 7 } as never, codecs: createCodecs(), now: () => timestamp(Date.now()), newId: randomUUID })
await outgoing.prepare()
const reasons = ['orders', 'weather', 'supplies', 'strike'].map((word) => `Lack of work (${word}): `.padEnd(208, '.'))
const layoff = (n: number) => ({ subject: String(10_000_000_000 + (n % 20_000) * 7), employer: String(900_000_000 + (n % 977)), percent: 40 + (n % 61), from: '2026-11-23', reason: reasons[n % 4] })
let sink = 0
for (let round = 0; round < 6; round++) {
  const before = process.cpuUsage(); const N = 200_000
  for (let i = 0; i < N; i++) { const [e] = prepareEvents([contract(layoff(i) as never)], {}, { outgoing, tracing }); sink += e!.row.value.length }
  const u = process.cpuUsage(before); console.log(round, ((u.user + u.system) / N).toFixed(2), 'µs per event')
}
process.exit(0)
