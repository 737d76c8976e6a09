import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { HubError } from '@samspill/contracts'
import type { ControlReply, ControlRequest } from './keeper/control-messages.ts'
import type { OnProgress } from './progress.ts'

/** What a keeper answered. */
export type ControlAnswer = Extract<ControlReply, { kind: 'answer' }>

/** Asks a keeper and waits for its answer. Throws `stack-not-running`, or what the keeper failed with. */
export function askKeeper(path: string, request: ControlRequest, onProgress: OnProgress): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', (cause) => {
      reject(new HubError('stack-not-running', 'the stack is not running: start it with `samspill up`', { cause }))
    })
    socket.once('close', () => {
      reject(new HubError('keeper-died', 'the process that keeps the stack died: run `samspill up` again'))
    })
    const lines = createInterface({ input: socket })
    // It repeats the errors of the socket, which has its own listener above.
    lines.on('error', () => undefined)
    lines.on('line', (line) => {
      const reply = JSON.parse(line) as ControlReply
      switch (reply.kind) {
        case 'progress':
          return onProgress(reply.progress)
        case 'failure':
          return reject(new HubError(reply.code, reply.message))
        case 'answer':
          return resolve(reply)
      }
    })
    socket.write(`${JSON.stringify(request)}\n`)
  })
}

/** Resolves when no keeper holds its end of the socket any more; rejects with the reason of `signal`. */
export function untilKeeperEnds(path: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const leave = (): void => {
      reject(signal.reason as Error)
      socket.destroy()
    }
    // Where nobody listens there is no keeper either: the close that follows says so.
    socket.on('error', () => undefined)
    socket.once('close', () => {
      signal.removeEventListener('abort', leave)
      resolve()
    })
    socket.resume()
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
}
