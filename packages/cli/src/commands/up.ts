import { startStack, type BrokerCount, type PartStatus, type PortChoice, type Progress } from '@samspill/local'
import { prepareStack } from '../prepare-stack.ts'
import { table, type Terminal } from '../terminal.ts'
import { partReport, statusText } from './status.ts'

/** Brings the stack up and says where everything is. */
export async function up(
  options: {
    readonly stack: string
    readonly services: boolean
    readonly ports: PortChoice
    /** Undefined: as many as the stack has. */
    readonly brokers: BrokerCount | undefined
    readonly json: boolean
  },
  terminal: Terminal,
): Promise<void> {
  const begin = performance.now()
  const stack = await startStack({
    name: options.stack,
    services: options.services,
    ports: options.ports,
    brokers: options.brokers === undefined ? {} : { count: options.brokers },
    prepare: (file) => prepareStack(file, (progress) => note(progress)),
    onProgress: note,
  })
  const parts = await stack.status()
  const seconds = Math.round((performance.now() - begin) / 100) / 10
  if (options.json) terminal.print(JSON.stringify({ parts: parts.map(partReport), started: stack.started, seconds }))
  else terminal.print(`${statusText(parts, terminal)}\n\n${summary(parts, stack.started, seconds)}`)

  function note(progress: Progress): void {
    if (!options.json) terminal.note(progressLine(progress, terminal))
  }
}

/** One step as one line: what, how far, how long. */
export function progressLine(progress: Progress, terminal: Terminal): string {
  const seconds = progress.seconds === undefined ? '' : terminal.paint('dim', `${progress.seconds.toFixed(1)} s`)
  return table([[`  ${progress.part.padEnd(22)}`, progress.step.padEnd(24), seconds]])
}

function summary(parts: readonly PartStatus[], started: boolean, seconds: number): string {
  const ready = parts.filter((part) => part.ready).length
  const how = started ? `up in ${seconds} s` : 'up already'
  return `${ready} of ${parts.length} parts are ready (${how}). Look with \`samspill status\`, stop with \`samspill down\`.`
}
