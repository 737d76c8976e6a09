import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLanguage, staleFiles, writeGenerated } from '../src/index.ts'
import { event, smallLanguage } from './small-language.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samspill-language-'))
  for (const [file, text] of smallLanguage()) await write(file, text)
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), text)
}

describe('given a language in a folder', () => {
  it('reads it as plain data', async () => {
    const language = await readLanguage(folder)
    expect(language.agencies).toMatchObject([{ id: 'nav', file: 'nav/agency.yaml', level: 'state' }])
    expect(language.streams).toMatchObject([{ name: 'nav.layoffs', subject: { field: 'person', kind: 'person' } }])
    expect(language.eventTypes).toMatchObject([
      { type: 'nav.layoffs.LayoffRegistered', stream: 'nav.layoffs', file: 'nav/layoffs/layoff-registered.avsc' },
    ])
  })

  it('says where it looked when there is none', async () => {
    await expect(readLanguage(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'language-not-found',
      message: expect.stringContaining('nowhere'),
    })
  })

  it('is stale until it is generated, and fresh from then on', async () => {
    expect(await staleFiles(folder)).toEqual([
      { file: 'src/nav/layoffs.ts', why: 'missing' },
      { file: 'src/catalogue.ts', why: 'missing' },
      { file: 'src/index.ts', why: 'missing' },
      { file: 'src/streams.md', why: 'missing' },
    ])
    expect(await writeGenerated(folder)).toHaveLength(4)
    expect(await staleFiles(folder)).toEqual([])
    expect(await writeGenerated(folder)).toEqual([])
  })

  it('is stale when an event type has come, and no list had to be edited', async () => {
    await writeGenerated(folder)
    await write('nav/layoffs/layoff-ended.avsc', event([], { name: 'LayoffEnded' }))
    expect(await staleFiles(folder)).toEqual([
      { file: 'src/nav/layoffs.ts', why: 'differs' },
      { file: 'src/catalogue.ts', why: 'differs' },
      { file: 'src/streams.md', why: 'differs' },
    ])
  })

  it('names a generated file that was changed by hand, and one whose stream is gone', async () => {
    await writeGenerated(folder)
    await write('src/index.ts', '// mine\n')
    await write('src/nav/benefits.ts', 'export {}\n')
    expect(await staleFiles(folder)).toEqual([
      { file: 'src/index.ts', why: 'differs' },
      { file: 'src/nav/benefits.ts', why: 'left over' },
    ])
    await writeGenerated(folder)
    expect(await staleFiles(folder)).toEqual([])
  })
})
