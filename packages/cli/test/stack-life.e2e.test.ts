import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cloneFolder, readStack, resetStack, type PartStatus } from '@samspill/local'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const name = `life-${process.pid}`
const launcher = join(cloneFolder, 'packages/cli/bin/samspill.mjs')
const partNames = ['postgres', 'kafka', 'registry', 'jaeger']

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

describe('the stack as a user has it', () => {
  beforeAll(async () => {
    const { exitCode, stderr } = await samspill('up', '--without-services', '--free-ports', '--json')
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  afterAll(async () => await resetStack(name))

  test('up brings every part up, and status shows where each is', async () => {
    const { exitCode, stdout } = await samspill('status', '--json')

    const { parts, stopped } = JSON.parse(stdout) as { parts: readonly PartStatus[]; stopped: unknown }
    expect(exitCode).toBe(0)
    expect(stopped).toEqual([])
    expect(parts.map((part) => [part.name, part.ready, part.why])).toEqual(partNames.map((part) => [part, true, '']))
    expect(parts.every((part) => part.pid !== undefined && part.version !== '' && part.address !== '')).toBe(true)
  })

  test('up again leaves alone what runs', async () => {
    const before = pidsOfStack()

    const { stdout } = await samspill('up', '--without-services', '--json')

    expect(JSON.parse(stdout)).toMatchObject({ started: false })
    expect(pidsOfStack()).toEqual(before)
  })

  test('what a keeper knows is for its owner only', () => {
    const folder = join(cloneFolder, '.samspill', name)
    const open = ['stack.json', 'secrets.json', 'control.sock'].filter((file) => !isPrivate(join(folder, file)))
    expect(open).toEqual([])
  })

  test('a part that is killed comes back by itself', async () => {
    const before = await pidOf('kafka')

    process.kill(before, 'SIGKILL')

    await eventually(async () => {
      const now = await pidOf('kafka')
      expect(now).not.toBe(before)
      expect((await samspill('status', '--json')).exitCode).toBe(0)
    })
  })

  test('the registry takes schemas from the registrar only, and keeps their ids when it is killed', async () => {
    const stack = readStack(name)
    const url = `${stack?.environment['SAMSPILL_REGISTRY']}/subjects/nav.layoffs-nav.layoffs.LayoffRegistered`
    const id = async (): Promise<unknown> => ((await (await fetch(`${url}/versions/1`)).json()) as { id?: number }).id
    const before = await id()
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ schema: '{"type":"string"}' })

    const written = await fetch(`${url}/versions`, { method: 'POST', headers, body })
    const deleted = await fetch(url, { method: 'DELETE' })
    process.kill(await pidOf('registry'), 'SIGKILL')

    expect([written.status, deleted.status]).toEqual([403, 405])
    await eventually(async () => expect(await id()).toBe(before))
    expect(before).toEqual(expect.any(Number))
  })

  test('after the keeper was killed, up copes with what it left behind', async () => {
    const keeper = readStack(name)?.keeper.pid ?? 0
    const left = pidsOfStack()

    process.kill(keeper, 'SIGKILL')
    await eventually(() => Promise.resolve(expect(isRunning(keeper)).toBe(false)))
    expect(left.every(isRunning)).toBe(true)
    const { exitCode } = await samspill('up', '--without-services', '--free-ports', '--json')

    expect(exitCode).toBe(0)
    expect(left.filter(isRunning)).toEqual([])
    expect((await samspill('status', '--json')).exitCode).toBe(0)
  })

  test('down leaves nothing running', async () => {
    const running = [...pidsOfStack(), readStack(name)?.keeper.pid ?? 0]

    const { exitCode } = await samspill('down')

    expect(exitCode).toBe(0)
    expect(running.filter(isRunning)).toEqual([])
    expect(await processesOfStack()).toEqual([])
    expect((await samspill('status')).exitCode).toBe(1)
    expect((await samspill('down')).stdout).toContain('Nothing was running')
  })

  test('down also ends what a killed keeper left behind', async () => {
    await samspill('up', '--without-services', '--free-ports', '--json')
    const left = pidsOfStack()
    process.kill(readStack(name)?.keeper.pid ?? 0, 'SIGKILL')

    await samspill('down')

    expect(left.filter(isRunning)).toEqual([])
  })

  test('reset does not remove anything without being told', async () => {
    const { exitCode, stderr } = await samspill('reset')

    expect(exitCode).toBe(1)
    expect(stderr).toContain('add --yes')
    expect(existsSync(join(cloneFolder, '.samspill', name))).toBe(true)
  })
})

function samspill(...words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(launcher, ['--stack', name, ...words], (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
    })
    child.stdin?.end()
  })
}

function pidsOfStack(): readonly number[] {
  return (readStack(name)?.parts ?? []).flatMap((part) => part.pid ?? [])
}

async function pidOf(part: string): Promise<number> {
  const { stdout } = await samspill('status', '--json')
  const { parts } = JSON.parse(stdout) as { parts: readonly PartStatus[] }
  const pid = parts.find((candidate) => candidate.name === part)?.pid
  if (typeof pid !== 'number') throw new Error(`${part} has no process`)
  return pid
}

/** Processes whose environment names this stack, as Linux shows them. */
function processesOfStack(): Promise<readonly string[]> {
  const pids = existsSync('/proc/self/environ') ? readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)) : []
  return Promise.resolve(
    pids.filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(
          `SAMSPILL_PART_OF=${join(cloneFolder, '.samspill', name)}\0`,
        )
      } catch {
        // It ended while we looked.
        return false
      }
    }),
  )
}

function isPrivate(file: string): boolean {
  return (statSync(file).mode & 0o077) === 0
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A process that ended stays in the table as a zombie until its parent looks.
  return !existsSync('/proc/self/stat') || !/\) [ZX] /.test(statOf(pid))
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ') X '
  }
}

async function eventually(expectation: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await delay(250)) {
    try {
      return await expectation()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
