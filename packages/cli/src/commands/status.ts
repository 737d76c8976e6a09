import { readStack, stackStatus, type PartStatus } from '@samspill/local'
import { openDatabase } from '@samspill/postgres'
import { countsText, parkedCounts, type ParkedCounts } from '../dead/parked-counts.ts'
import { serviceSchemas } from '../operators/service-schemas.ts'
import { quietLog, type QuietLog } from '../quiet-log.ts'
import { stoppedPartitions, type StoppedPartition } from '../stopped-partitions.ts'
import { table, type Terminal } from '../terminal.ts'

/** Shows how each part is doing and where services stand still; true when all is well. */
export async function status(
  options: { readonly stack: string; readonly json: boolean },
  terminal: Terminal,
): Promise<boolean> {
  const parts = await stackStatus(options.stack)
  const database = parts.some((part) => part.name === 'postgres' && part.ready)
    ? readStack(options.stack)?.environment['SAMSPILL_DATABASE']
    : undefined
  const stopped = database === undefined ? [] : await stoppedPartitions(database, quietLog(terminal))
  const parked = database === undefined ? [] : await parkedInAll(database, quietLog(terminal))
  if (options.json) terminal.print(JSON.stringify({ parts: parts.map(partReport), stopped, parked }))
  else if (parts.length === 0) terminal.print('There is no stack yet: start one with `samspill up`.')
  else {
    const troubles = [...stoppedText(stopped, terminal), ...parkedText(parked, terminal)]
    terminal.print([statusText(parts, terminal), ...troubles].join('\n'))
  }
  const waitsForPerson = stopped.length > 0 || parked.some(({ dead, refused }) => dead + refused > 0)
  return parts.length > 0 && parts.every((part) => part.ready) && !waitsForPerson
}

async function parkedInAll(url: string, log: QuietLog): Promise<readonly ParkedCounts[]> {
  await using database = openDatabase({ url, maxConnections: 1, log })
  return await parkedCounts(database, await serviceSchemas(database))
}

/** What is parked, one line for each service; red where it waits for a person. */
export function parkedText(parked: readonly ParkedCounts[], terminal: Pick<Terminal, 'paint'>): readonly string[] {
  return parked.map((counts) => terminal.paint(counts.dead + counts.refused > 0 ? 'bad' : 'dim', countsText(counts)))
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

/** Where services stand still, one line each; nothing where none does. */
export function stoppedText(stopped: readonly StoppedPartition[], terminal: Terminal): readonly string[] {
  return stopped.map(({ service, topic, partition, offset, code, reason }) => {
    const place = `${service} stands still at ${topic} partition ${partition} offset ${offset}`
    return `${terminal.paint('bad', place)}: ${reason} [${code}]`
  })
}

/** A part for scripts: `pid` is null where no process runs. */
export function partReport(part: PartStatus): object {
  return { ...part, pid: part.pid ?? null }
}
