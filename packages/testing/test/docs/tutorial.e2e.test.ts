import { eventually } from '@samspill/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneWorkingTree, freePorts, type Clone } from './clone.ts'
import { page } from './pages.ts'

/** A step of the tutorial: a file to write, or lines for the shell. */
type Step = { readonly file: string; readonly text: string } | { readonly lines: string }

const parts = ['POSTGRES', 'KAFKA', 'KAFKA_CONTROLLER', 'REGISTRY', 'JAEGER', 'OTLP']
const services = [
  'INGRESS',
  'LAYOFF_NOTICES',
  'CAREER_GUIDANCE',
  'DEBT_ADVICE',
  'ORGANISATION_REGISTER',
  'SOCIAL_ASSISTANCE',
  'WAGE_COMPENSATION',
]
const steps = stepsOf(page('docs/tutorial/first-service.md').text)
let clone: Clone

beforeAll(async () => {
  const bare = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SAMSPILL_') && !name.startsWith('VITEST'),
  )
  const names = [...parts, ...services]
  const ports = await freePorts(names.length)
  const variables = names.map((name, index) => [`SAMSPILL_PORT_${name}`, String(ports[index])] as const)
  const ingress = ports[names.indexOf('INGRESS')]
  clone = await cloneWorkingTree({
    ...Object.fromEntries([...bare, ...variables]),
    INGRESS: `http://127.0.0.1:${ingress}`,
  })
})
afterAll(async () => {
  await clone.shell('npx samspill down')
  await clone[Symbol.asyncDispose]()
})

test('the first service is written, specified, started and seen in a trace with the files and commands of the page', async () => {
  for (const step of steps) {
    if ('file' in step) clone.write(step.file, step.text)
    else if (step.lines.includes('samspill trace')) await follow(step.lines)
    else expect(await clone.shell(step.lines), step.lines).toMatchObject({ exitCode: 0 })
  }
})

test('nothing has changed but what the page writes and what is generated', async () => {
  const written = steps.flatMap((step) => ('file' in step ? [`?? ${step.file}`] : []))
  const generated = [
    '?? schemas/src/bergen/debt-advice.ts',
    ' M schemas/src/catalogue.ts',
    ' M schemas/src/index.ts',
    ' M schemas/src/streams.md',
  ]
  expect((await clone.changes()).toSorted()).toEqual([...written, ...generated].toSorted())
})

/** The page leaves open which of the two facts comes last, and so whose trace goes on. */
async function follow(lines: string): Promise<void> {
  const expected = 'debt-advice  publish bergen.debt-advice'
  await eventually(`a trace with "${expected}"`, async () => {
    const byLayoff = await clone.shell(lines)
    if (byLayoff.stdout.includes(expected)) return true
    return (await clone.shell(lines.replace('tutorial-layoff', 'tutorial-residence'))).stdout.includes(expected)
  })
}

/** The files and commands of a page, in its order. */
function stepsOf(text: string): readonly Step[] {
  const blocks = text.matchAll(/(?:^Write `([^`]+)`:\n\n)?^```(\w+)\n([\s\S]*?\n)```$/gm)
  return Array.from(blocks, ([, file, language, content = '']): Step => {
    if (file !== undefined) return { file, text: content }
    if (language !== 'bash') throw new Error(`a block of the tutorial is neither a file nor a command: ${content}`)
    return { lines: content }
  })
}
