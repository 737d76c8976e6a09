import { readConfig } from '@samspill/config'
import { HubError } from '@samspill/contracts'
import { controllerPart, isBrokerPart, startStack, type Progress, type RunningStack } from '@samspill/local'
import { liveOneDay, type LivedDay } from '@samspill/testing'
import { progressLine } from '../commands/up.ts'
import { prepareStack } from '../prepare-stack.ts'
import { quietLog } from '../quiet-log.ts'
import type { Terminal } from '../terminal.ts'
import { tracedCases, type TracedCases } from './cases.ts'
import { handledSince } from './handled.ts'
import { organisationsOfTheDay } from './organisations.ts'
import { likelyCases, publishedBySystem, publishedOn, type DemoReport } from './report.ts'
import { reportText } from './report-text.ts'

/** How the demo runs. */
export interface DemoOptions {
  readonly stack: string
  /** Stop when the day is done; else the stack stays up until Ctrl-C. */
  readonly once: boolean
  readonly json: boolean
  readonly seed: string
  /** How many people the country has; the country's own default unless told. */
  readonly people?: number
}

const casesLookedAt = 20
const infrastructure: readonly string[] = ['postgres', controllerPart, 'registry', 'jaeger']

/** Brings the stack up, lets the synthetic country live one day, and says what happened. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  const begin = performance.now()
  await using stack = await startStack({
    name: options.stack,
    leash: true,
    prepare: (file) => prepareStack(file, note),
    onProgress: note,
  })
  const setUp = secondsSince(begin)
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort(new HubError('interrupted', 'the demo was interrupted'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    terminal.note(`The stack is up after ${setUp} s. The synthetic country lives one day:`)
    const dayBegin = performance.now()
    const day = await liveDay(stack, options, terminal, interrupted.signal)
    const seconds = { setUp, day: secondsSince(dayBegin) }
    await tell(stack, options, terminal, day, seconds, interrupted.signal)
    if (!options.once) {
      terminal.note('\nThe stack stays up until Ctrl-C.')
      await untilInterrupted(stack, interrupted.signal)
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    terminal.note(stack.started ? 'Stopping the stack; its data stays.' : 'The stack ran before and stays up.')
  }

  function note(progress: Progress): void {
    terminal.note(progressLine(progress, terminal))
  }
}

async function liveDay(
  stack: RunningStack,
  { seed, people }: DemoOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LivedDay> {
  const config = readConfig(stack.environment)
  const parts = await stack.status()
  const addressOf = (name: string): string => {
    const part = parts.find((each) => each.name === name)
    if (part?.ready === true) return part.address
    throw new HubError('part-not-ready', `${name} is not ready: ${part?.why ?? 'the stack has no such service'}`)
  }
  return liveOneDay({
    config,
    ingressUrl: addressOf('ingress'),
    layoffNoticesUrl: addressOf('layoff-notices'),
    seed,
    ...(people === undefined ? {} : { people }),
    signal,
    besides: (today) => organisationsOfTheDay(stack.environment, today, signal),
    onStep: (step) => terminal.note(`  ${step}`),
  })
}

async function tell(
  stack: RunningStack,
  options: DemoOptions,
  terminal: Terminal,
  day: LivedDay,
  seconds: DemoReport['seconds'],
  signal: AbortSignal,
): Promise<void> {
  const { jaeger } = stack.stack
  const nothing: TracedCases = { cases: [], steps: [] }
  const traced = jaeger === undefined ? nothing : await tracedCases(jaeger, likelyCases(day, casesLookedAt), signal)
  const report: DemoReport = {
    ...publishedOn(day),
    handled: await handledSince(day.observation.start, databaseUrlOf(stack), quietLog(terminal)),
    cases: traced.cases,
    seconds,
  }
  if (!options.json) {
    const context = {
      settlement: day.settlement,
      steps: traced.steps,
      publishedBy: publishedBySystem(day.observation.events),
      services: (await stack.status())
        .map((part) => part.name)
        .filter((name) => !isBrokerPart(name) && !infrastructure.includes(name)),
      jaeger,
    }
    return terminal.print(reportText(report, context, terminal))
  }
  if (jaeger === undefined) terminal.note('There is no Jaeger in this stack, so "cases" is empty.')
  // Field by field: the line is read by scripts, and says exactly this.
  const { published, handled, returned, cases } = report
  terminal.print(JSON.stringify({ published, handled, returned, cases, seconds }))
}

/** Waits for Ctrl-C. Throws `stack-ended` where another command takes the stack down before. */
async function untilInterrupted(stack: RunningStack, signal: AbortSignal): Promise<void> {
  try {
    await stack.ended(signal)
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  throw new HubError('stack-ended', 'the stack went down by another command: run `npm start` again for another day')
}

function databaseUrlOf(stack: RunningStack): string {
  return readConfig(stack.environment).database.url
}

function secondsSince(begin: number): number {
  return Math.round((performance.now() - begin) / 100) / 10
}
