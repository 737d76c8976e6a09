import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { HubError } from '@samspill/contracts'

const host = '127.0.0.1'

/** Throws `port-taken`, a sentence that names the part, the port, its holder where it can be seen, and the way out. */
export async function requireFreePort(part: string, port: number, variable: string): Promise<void> {
  if (!(await isFree(port))) throw portTaken(part, port, variable, holderOfPort(port))
}

/** The error of a taken port. */
export function portTaken(part: string, port: number, variable: string, holder: string | undefined): HubError {
  const who = holder === undefined ? 'another process' : holder
  return new HubError(
    'port-taken',
    `${part} needs port ${port} on ${host}, but ${who} holds it: end that process, or choose another port with ${variable}`,
  )
}

/** Below what Linux (from 32768) and macOS (from 49152) give to connections: nobody else is given one before it is used. */
const [lowestFree, highestFree] = [20_000, 32_000]

/** Ports that nobody uses now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = randomInt(lowestFree, highestFree)
    if (!ports.includes(port) && (await isFree(port))) ports.push(port)
  }
  return ports
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
}

/** Who listens on a port, as `process 4711 (java -Xmx512m …)`; undefined where it cannot be seen. */
export function holderOfPort(port: number): string | undefined {
  const inodes = new Set([
    ...listeningInodes(readOrEmpty('/proc/net/tcp'), port),
    ...listeningInodes(readOrEmpty('/proc/net/tcp6'), port),
  ])
  if (inodes.size === 0) return undefined
  for (const pid of foldersOf('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of foldersOf(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1]
      if (inode !== undefined && inodes.has(inode)) return `process ${pid} (${commandOf(pid)})`
    }
  }
  return undefined
}

/** The inodes of the sockets that listen on a port, from the text of /proc/net/tcp. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && fields[3] === '0A')
    .flatMap((fields) => (fields[9] === undefined ? [] : [fields[9]]))
}

function commandOf(pid: string): string {
  const command = readOrEmpty(`/proc/${pid}/cmdline`).split('\0').join(' ').trim()
  return command.length > 60 ? `${command.slice(0, 60)}…` : command || 'no command line'
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

// What /proc does not show (other users' processes, other systems) only makes the sentence less exact.
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function foldersOf(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
