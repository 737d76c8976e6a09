import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { cloneFolder, readStack } from '@samspill/local'
import { eventually } from '@samspill/testing'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram, samspill, startListening, startPrinting, type ListeningProcess } from './running.ts'

const snippets = join(cloneFolder, 'packages/testing/test/docs/snippets')
const folder = mkdtempSync(join(tmpdir(), 'samspill-docs-'))
const noted: { readonly stream: string; readonly id: string | undefined; readonly text: string }[] = []
const opened = new AsyncDisposableStack()
let ingress: ListeningProcess

// The snippets run with what the page tells the reader to have, not with what this process happens to have.
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SAMSPILL_')))

beforeAll(async () => {
  const here = join(folder, '.samspill/default/stack.json')
  mkdirSync(dirname(here), { recursive: true })
  writeFileSync(here, JSON.stringify(readStack(process.env['SAMSPILL_STACK'])))
  expect(await runProgram('sh', [join(snippets, 'hub-env.sh')], { cwd: folder, env: bare })).toMatchObject({
    exitCode: 0,
  })

  ingress = opened.use(await startListening(join(cloneFolder, 'services/ingress/src/main.ts'), process.env))
  await eventually('ingress is ready', async () => (await fetch(`${ingress.url}/health/ready`)).ok)
  await readAllOf(['nav.job-seekers', 'nav.layoffs', 'skatteetaten.income'])
})
afterAll(async () => {
  await opened.disposeAsync()
  rmSync(folder, { recursive: true })
})

describe('the snippets for agencies put events on the streams, where a stock client reads them', () => {
  test('from a database of their own', async () => {
    const { stdout } = await runSnippet('publish-from-database.ts')
    const periodId = /published period (\S+)/.exec(stdout)?.[1] ?? ''
    const event = await arrived('nav.job-seekers', ({ text }) => text.includes(`"periodId":"${periodId}"`))
    expect(event.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('over HTTP, and the case can be followed', async () => {
    const id = await publishOverHttp()
    await arrived('nav.layoffs', (event) => event.id === id)

    await eventually('the case is in Jaeger, where there is one', async () => {
      const { stdout: tree, stderr } = await samspill('trace', id)
      return stderr.includes('[no-traces]') || tree.includes('ingress  publish nav.layoffs')
    })
  })

  test('over HTTP, and a plain Kafka client reads it', async () => {
    await using reader = startPrinting(join(snippets, 'read-with-kafka.ts'), {
      cwd: folder,
      env: bare,
      flags: ['--env-file=hub.env'],
    })
    const id = await publishOverHttp()
    await eventually('the reader prints the event', () =>
      reader.output().includes(`nav.layoffs.LayoffRegistered ${id}: layoffId, person`),
    )
  })

  test('with a plain Kafka client', async () => {
    const { stdout } = await runSnippet('publish-with-kafka.ts')
    const reportId = /published report (\S+)/.exec(stdout)?.[1] ?? ''
    const event = await arrived('skatteetaten.income', ({ text }) => text.includes(`"reportId":"${reportId}"`))
    expect(event.id).toBeUndefined()
  })
})

/** Gives the id of the event. */
async function publishOverHttp(): Promise<string> {
  const { stdout } = await runProgram('bash', [join(snippets, 'publish-over-http.sh')], {
    env: { ...bare, INGRESS: ingress.url },
  })
  const { results } = JSON.parse(stdout) as { readonly results: readonly { id: string; status: string }[] }
  expect(results).toMatchObject([{ status: 'accepted' }])
  return results[0]?.id ?? ''
}

async function runSnippet(name: string) {
  const outcome = await runProgram(process.execPath, [`--env-file=${join(folder, 'hub.env')}`, join(snippets, name)], {
    env: { ...bare, INCOME_KEY_SECRET: 'the secret of a synthetic income system' },
  })
  expect(outcome).toMatchObject({ exitCode: 0 })
  return outcome
}

function arrived(stream: string, isIt: (event: (typeof noted)[number]) => boolean) {
  return eventually(`the event on ${stream}`, () => noted.find((event) => event.stream === stream && isIt(event)))
}

async function readAllOf(topics: string[]): Promise<void> {
  const { SAMSPILL_KAFKA = '', SAMSPILL_REGISTRY = '' } = process.env
  const registry = new SchemaRegistry({ host: SAMSPILL_REGISTRY })
  const kafka = new Kafka({ clientId: 'docs', brokers: SAMSPILL_KAFKA.split(','), logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `docs-${process.pid}` })
  await consumer.connect()
  opened.defer(() => consumer.disconnect())
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ topic: stream, message }) => {
      const data = (await registry.decode(message.value ?? Buffer.alloc(0))) as object
      const header = message.headers?.['ce_id']
      noted.push({ stream, id: header?.toString(), text: JSON.stringify(data) })
    },
  })
}
