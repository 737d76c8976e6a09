import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const stampFile = join('node_modules', '.samspill-installed')
const slowMilliseconds = 10_000

/**
 * Installs the dependencies where they are missing or older than what the package files ask for. Says true when they
 * are there. The lockfile is read and never written: `npm ci` would do the same, but it fails where the registry lacks
 * binaries for other systems than this one.
 */
export async function installDependencies(root) {
  const wanted = fingerprint(root)
  const stamp = join(root, stampFile)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true

  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  console.error('Installing dependencies, once …')
  const timer = setInterval(() => console.error(`  still installing, ${seconds()} s`), slowMilliseconds)
  const { code, output } = await npmInstall(root)
  clearInterval(timer)
  if (code !== 0) {
    console.error(output)
    console.error(`npm could not install the dependencies (above it says why). Mend that and run the command again.`)
    return false
  }
  writeFileSync(stamp, wanted)
  console.error(`Dependencies installed in ${seconds()} s.`)
  return true
}

/** What decides which dependencies are wanted: the lockfile, each package's file, and the system that runs them. */
function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const file of ['package-lock.json', ...packageFiles(root)]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function packageFiles(root) {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const folders = workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const parent = pattern.slice(0, -2)
    if (!existsSync(join(root, parent))) return []
    return readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`)
  })
  const files = ['package.json', ...folders.map((folder) => `${folder}/package.json`)]
  return files.filter((file) => existsSync(join(root, file))).sort((one, other) => (one < other ? -1 : 1))
}

/** Runs npm, the one that runs us if there is one. Its warnings about engines are kept for the case that it fails. */
function npmInstall(root) {
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefer-offline']
  const npm = process.env.npm_execpath
  const [program, words] = npm?.endsWith('.js') ? [process.execPath, [npm, ...flags]] : ['npm', flags]
  const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  const stop = (signal) => {
    child.kill(signal)
    process.exit(130)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `npm could not be started: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  }).finally(() => process.off('SIGINT', stop).off('SIGTERM', stop))
}
