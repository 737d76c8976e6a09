import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { HubError } from '@samspill/contracts'
import type { ControlReply, ControlRequest } from './control-messages.ts'

/** Answers one request; `tell` sends what happens on the way. */
export type AnswerRequest = (
  request: ControlRequest,
  tell: (reply: ControlReply) => void,
) => Promise<Extract<ControlReply, { kind: 'answer' }>>

/** Opens a keeper's control channel: a Unix socket that only its owner may use. */
export async function openControl(path: string, answer: AnswerRequest): Promise<Server> {
  mkdirSync(dirname(path), { recursive: true })
  // The lock is ours, so a socket that lies there is a dead keeper's.
  rmSync(path, { force: true })
  const server = createServer((socket) => {
    // A client that goes away before the answer misses nothing but the answer.
    socket.on('error', () => socket.destroy())
    createInterface({ input: socket }).on('line', (line) => void reply(socket, line, answer))
  })
  const umask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(umask)
  }
  chmodSync(path, 0o600)
  return server
}

async function reply(socket: Socket, line: string, answer: AnswerRequest): Promise<void> {
  const tell = (message: ControlReply): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`)
  }
  try {
    tell(await answer(JSON.parse(line) as ControlRequest, tell))
  } catch (error) {
    tell(failureOf(error))
  }
  socket.end()
}

/** An error as a control reply. */
export function failureOf(error: unknown): Extract<ControlReply, { kind: 'failure' }> {
  const code = error instanceof HubError ? error.code : 'stack-failed'
  return { kind: 'failure', code, message: error instanceof Error ? error.message : String(error) }
}
