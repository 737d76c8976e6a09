import { stackStatus, type PartStatus } from '@samspill/local'
import { table, type Terminal } from '../terminal.ts'

/** Shows how each part is doing; true when all are ready. */
export async function status(
  options: { readonly stack: string; readonly json: boolean },
  terminal: Terminal,
): Promise<boolean> {
  const parts = await stackStatus(options.stack)
  if (options.json) terminal.print(JSON.stringify({ parts: parts.map(partReport) }))
  else if (parts.length === 0) terminal.print('There is no stack yet: start one with `samspill up`.')
  else terminal.print(statusText(parts, terminal))
  return parts.length > 0 && parts.every((part) => part.ready)
}

/** The parts as a table for people. */
export function statusText(parts: readonly PartStatus[], terminal: Terminal): string {
  const rows = parts.map((part) => [
    part.name,
    part.version,
    part.ready ? 'ready' : 'down',
    part.pid === undefined ? '-' : String(part.pid),
    part.ready ? part.address : `${part.address}  ${terminal.paint('bad', part.why)}`,
  ])
  return table([['part', 'version', 'state', 'pid', 'address'], ...rows])
}

function partReport(part: PartStatus): object {
  return { ...part, pid: part.pid ?? null }
}
