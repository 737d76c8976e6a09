import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lastWords } from '../src/keeper/last-words.ts'
import { stackLocations } from '../src/locations.ts'
import { isReachableByOthers } from '../src/machine/database-home.ts'
import { keyVariable, readOrMakeSecrets } from '../src/secrets.ts'

describe('a folder for PostgreSQL, which refuses to run as root', () => {
  const modes: Readonly<Record<string, number>> = {
    '/': 0o755,
    '/home': 0o755,
    '/home/kari': 0o700,
    '/srv': 0o755,
    '/srv/samspill': 0o711,
  }
  const mode = (folder: string): number | undefined => modes[folder]

  test('is reachable where every folder above it may be passed through', () => {
    expect(isReachableByOthers('/srv/samspill/.samspill/default', mode)).toBe(true)
  })

  test('is not reachable in a home that is closed to others', () => {
    expect(isReachableByOthers('/home/kari/samspill/.samspill/default', mode)).toBe(false)
  })
})

describe('the control channel', () => {
  test('lies in the folder of the stack', () => {
    const { folder, socket } = stackLocations('default', { SAMSPILL_STATE: '/srv/state' })
    expect([folder, socket]).toEqual(['/srv/state/default', '/srv/state/default/control.sock'])
  })

  test('lies in the temporary folder where the path would be too long for the kernel', () => {
    const { socket } = stackLocations('default', { SAMSPILL_STATE: `/srv/${'long/'.repeat(30)}` })
    expect(Buffer.byteLength(socket)).toBeLessThan(104)
  })
})

describe('the secrets of a stack', () => {
  test('are made once, kept for their owner only, and a new agency gets its own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'samspill-secrets-'))
    const file = join(folder, 'secrets.json')
    const first = readOrMakeSecrets(file, ['nav'])
    const second = readOrMakeSecrets(file, ['nav', 'bergen'])
    expect(second).toMatchObject({ ...first, keys: first.keys })
    expect(Buffer.from(second.keys['bergen'] ?? '', 'base64url')).toHaveLength(32)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    rmSync(folder, { recursive: true })
  })

  test('reach services by variables that every shell takes', () => {
    expect(keyVariable('norges-bank')).toBe('SAMSPILL_KEY_NORGES_BANK')
  })
})

describe('the last words of a program', () => {
  test('are the line that speaks of an error, not the trace below it', () => {
    const log =
      'starting\njava.net.BindException: Failed to bind to /127.0.0.1:19092\n\tat a.b.C.d(C.java:1)\n... 3 more\nshut down\n'
    expect(lastWords(log)).toBe('java.net.BindException: Failed to bind to /127.0.0.1:19092')
  })

  test('are the last line where no line speaks of an error', () => {
    expect(lastWords('one\ntwo\n\n')).toBe('two')
  })

  test('are none where it said nothing', () => {
    expect(lastWords('')).toBe('none')
  })
})
