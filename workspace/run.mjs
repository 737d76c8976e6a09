// Plain JavaScript, since it runs before anything is installed and on whatever Node (18 or later) the machine has.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDependencies } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const commands = {
  start: ['packages/cli/src/main.ts', 'demo'],
  test: ['workspace/test.ts'],
  check: ['workspace/check.ts'],
  faults: ['faults/src/main.ts'],
  counts: ['workspace/counts.ts'],
  bench: ['bench/main.ts'],
}

const [name = '', ...flags] = process.argv.slice(2)
const command = commands[name]
if (command === undefined) {
  console.error(`There is no command "${name}". Write one of: ${Object.keys(commands).join(', ')}.`)
  process.exit(2)
}

if (!(await installDependencies(root))) process.exit(1)
const node = pinnedNode()
if (node === undefined) {
  console.error('Samspill runs on Node 24, and npm has it for Linux (x64, arm64) and macOS (arm64) only.')
  console.error(
    `This is ${process.platform}-${process.arch} with Node ${process.version}: install Node 24.12 or later.`,
  )
  process.exit(1)
}
process.exitCode = await run(node, [...command, ...flags])

/** The Node that the lockfile pins, or the one at hand where npm has none for this machine and it is new enough. */
function pinnedNode() {
  const folders = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
  const pinned = folders
    .map((folder) => join(root, 'node_modules', folder, 'bin', 'node'))
    .find((path) => existsSync(path))
  if (pinned !== undefined) return pinned
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 12) ? process.execPath : undefined
}

/** Runs a script and lives as long as it does, so that whoever waits for us waits for its last line too. */
function run(node, [script, ...rest]) {
  const child = spawn(node, [join(root, script), ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    },
  })
  // From a terminal Ctrl-C reaches the child by itself: passing it on would count as a second one.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // npm passes on no signal that kills it: without a parent nobody is left who could stop us.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`Node could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}
