import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkResultFile } from './test-results.ts'

interface Step {
  readonly name: string
  /** A script below the root, and its words. */
  readonly run: readonly [script: string, ...words: string[]]
  /** What to do where the step fails and its own output does not say. */
  readonly wayOut: string
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const steps: readonly Step[] = [
  {
    name: 'format',
    run: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'],
    wayOut: 'Run `npm run format`.',
  },
  {
    name: 'lint',
    run: ['node_modules/oxlint/bin/oxlint'],
    wayOut: 'Each message says why the rule is there; `npm run lint -- --fix` mends some of them.',
  },
  {
    name: 'boundaries',
    run: ['node_modules/turbo/bin/turbo', 'boundaries'],
    wayOut: 'Declare the package in the package.json of the importing one, if its layer may import it at all.',
  },
  {
    name: 'conventions',
    run: ['workspace/conventions.ts'],
    wayOut: 'Each line names the file and the rule.',
  },
  {
    name: 'unused',
    run: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
    wayOut: 'Take away what nobody uses, or use it.',
  },
  {
    name: 'types',
    run: ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.json'],
    wayOut: 'Mend the types: the program runs as it is written, there is no build that would catch it later.',
  },
  {
    name: 'generated',
    run: ['workspace/generated.ts'],
    wayOut: 'Run `npx samspill schemas generate` and commit what it writes.',
  },
  {
    name: 'contracts',
    run: ['workspace/contracts.ts'],
    wayOut:
      'What is published stays readable: docs/how-to/change-a-schema.md. SAMSPILL_BASE names another commit to compare with.',
  },
  {
    name: 'unit tests',
    run: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project=unit',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${checkResultFile}`,
    ],
    wayOut: 'Run one file alone with `npm test -- --project unit <part of its path>`.',
  },
]

const words = process.argv.slice(2)
if (words.length > 0) {
  const asksForHelp = words.every((word) => word === '--help' || word === '-h')
  const text = `npm run check takes no options. It runs: ${steps.map(({ name }) => name).join(', ')}.`
  console.log(asksForHelp ? text : `"${words.join(' ')}" means nothing here: ${text}`)
  process.exit(asksForHelp ? 0 : 2)
}

await rm(join(root, checkResultFile), { force: true })
const started = performance.now()
for (const step of steps) {
  const stepStarted = performance.now()
  const { code, output } = await run(step.run)
  const time = `${((performance.now() - stepStarted) / 1000).toFixed(1).padStart(5)} s`
  if (code !== 0) {
    console.log(output.trimEnd())
    console.log(`\n✗ ${step.name.padEnd(12)} ${time}\n  ${step.wayOut}`)
    process.exit(1)
  }
  console.log(`✓ ${step.name.padEnd(12)} ${time}`)
}
console.log(`All is well, in ${((performance.now() - started) / 1000).toFixed(1)} s.`)

function run([script, ...words]: Step['run']): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(root, script), ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
