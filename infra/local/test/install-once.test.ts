import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installOnce } from '../src/install/install-once.ts'

describe('an installation in the cache', () => {
  let cache = ''
  beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'samspill-cache-'))))
  afterEach(() => rmSync(cache, { recursive: true }))

  function installKafka(install: (folder: string) => Promise<void>): Promise<string> {
    return installOnce({ part: 'kafka', version: '4.3.1', folder: cache, onProgress: () => undefined, install })
  }
  const putJar = (folder: string): Promise<void> => writeFile(join(folder, 'kafka.jar'), 'classes')

  test('is made once and then used', async () => {
    const first = await installKafka(putJar)
    const second = await installKafka(() => Promise.reject(new Error('it was installed twice')))
    expect(second).toBe(first)
    expect(readdirSync(first)).toEqual(['kafka.jar'])
  })

  test('is made once when two want it at the same time', async () => {
    let times = 0
    const slowly = async (folder: string): Promise<void> => {
      times += 1
      await putJar(folder)
    }
    const folders = await Promise.all([installKafka(slowly), installKafka(slowly)])
    expect(new Set(folders).size).toBe(1)
    expect(times).toBe(1)
  })

  test('leaves nothing behind when it fails, so that the next try begins anew', async () => {
    const fails = installKafka(async (folder) => {
      await putJar(folder)
      throw new Error('the download broke off')
    })
    await expect(fails).rejects.toThrow('the download broke off')
    expect(readdirSync(cache)).toEqual(['kafka-4.3.1.lock'])
    expect(existsSync(await installKafka(putJar))).toBe(true)
  })

  test('never uses the half that a killed process left', async () => {
    await mkdir(join(cache, 'kafka-4.3.1.half-abc'), { recursive: true })
    const folder = await installKafka(putJar)
    expect(readdirSync(folder)).toEqual(['kafka.jar'])
    expect(readdirSync(cache).filter((name) => name.includes('half'))).toEqual([])
  })
})
