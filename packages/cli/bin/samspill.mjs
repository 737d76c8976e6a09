#!/usr/bin/env node
// Runs the command on the Node that npm pinned, whatever Node the machine has. Plain JavaScript: an old Node reads it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const clone = join(folder, '../../..')
const packages = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
const node = packages.map((name) => join(clone, 'node_modules', name, 'bin/node')).find((file) => existsSync(file))

if (node === undefined) {
  console.error(
    `samspill: Node 24 was looked for in ${join(clone, 'node_modules', packages[0])}: run \`npm install\` first`,
  )
  process.exit(1)
}
const child = spawn(node, [join(folder, '../src/main.ts'), ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
// From a terminal Ctrl-C reaches the command by itself: passing it on would count as a second one.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`samspill: ${node} cannot be started: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1)
  // Ends the way the command ended, so that a shell sees the signal.
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
