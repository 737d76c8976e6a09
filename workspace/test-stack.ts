import { prepareStack } from '@samspill/cli'
import {
  readStack,
  resetLeftStacks,
  resetStack,
  startStack,
  type Progress,
  type RunningStack,
  type StackFile,
} from '@samspill/local'

const prefix = 'test-'

// Both levels that need a stack call this set-up, one after the other and in the same process; they share one stack.
let running: { readonly stack: RunningStack; readonly name: string; users: number } | undefined

/** Gives integration and e2e tests a stack: the one that SAMSPILL_STACK names, or one of their own. */
export async function setup(): Promise<(() => Promise<void>) | void> {
  const named = process.env['SAMSPILL_STACK']
  if (running === undefined && named !== undefined) return joinStack(named)
  running ??= { ...(await ownStack()), users: 0 }
  running.users++
  return release
}

/** Points the tests, whose processes inherit our environment, at a stack that is up. */
function joinStack(name: string): void {
  const stack = readStack(name)
  if (stack === undefined) throw new Error(`SAMSPILL_STACK names "${name}", which was never started: run samspill up`)
  Object.assign(process.env, environmentOf(stack))
}

/** What services get, and the registrar's secret, which only tests of registration need. */
function environmentOf(stack: StackFile): Record<string, string> {
  return { ...stack.environment, SAMSPILL_REGISTRY_SECRET: stack.registrySecret }
}

async function ownStack(): Promise<{ stack: RunningStack; name: string }> {
  await resetLeftStacks(prefix)
  const name = `${prefix}${process.pid}`
  const stack = await startStack({
    name,
    ports: 'free',
    leash: true,
    services: false,
    prepare: (file) => prepareStack(file, tell),
    onProgress: tell,
  })
  Object.assign(process.env, environmentOf(stack.stack), { SAMSPILL_STACK: name })
  return { stack, name }
}

async function release(): Promise<void> {
  if (running === undefined || --running.users > 0) return
  const { stack, name } = running
  running = undefined
  await stack[Symbol.asyncDispose]()
  await resetStack(name)
}

function tell({ part, step, seconds }: Progress): void {
  if (seconds !== undefined) console.error(`  ${part} ${step} in ${seconds} s`)
}
