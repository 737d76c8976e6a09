import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languageAtCommit } from '../src/schemas/language-at-commit.ts'

let clone = ''
let folder = ''
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=Kari', '-c', 'user.email=kari@nav.example', ...words], {
    cwd: clone,
    encoding: 'utf8',
  }).trim()

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'samspill language-'))
  folder = join(clone, 'schemas')
  git('init', '--quiet', '--initial-branch=main')
  git('commit', '--quiet', '--allow-empty', '--message=Begin')
  git('tag', 'empty')
  await mkdir(join(folder, 'nav/layoffs'), { recursive: true })
  await mkdir(join(folder, 'src'), { recursive: true })
  await writeFile(join(folder, 'nav/agency.yaml'), 'name: NAV – Arbeids- og velferdsetaten\n')
  await writeFile(join(folder, 'nav/layoffs/stream.yaml'), 'title: Permitteringer på norsk, æøå\n')
  await writeFile(join(folder, 'src/index.ts'), 'generated')
  await writeFile(join(folder, 'README.md'), 'not part of it')
  git('add', '.')
  git('commit', '--quiet', '--message=Publish')
  await writeFile(join(folder, 'nav/agency.yaml'), 'name: changed since\n')
})
afterAll(() => rm(clone, { recursive: true }))

describe('the published language at a commit', () => {
  test('is what was committed, not what lies there now, and nothing that was generated', async () => {
    const { commit, files } = await languageAtCommit(folder, 'main')
    expect(commit).toBe(git('rev-parse', 'main'))
    expect(Object.fromEntries(files)).toEqual({
      'nav/agency.yaml': 'name: NAV – Arbeids- og velferdsetaten\n',
      'nav/layoffs/stream.yaml': 'title: Permitteringer på norsk, æøå\n',
    })
  })

  test.each(['no-such-branch', '--all', 'main:schemas'])('is refused for %s, which is no commit', async (reference) => {
    await expect(languageAtCommit(folder, reference)).rejects.toMatchObject({ code: 'git-reference-unknown' })
  })

  test('is refused where the commit has none', async () => {
    await expect(languageAtCommit(folder, 'empty')).rejects.toMatchObject({ code: 'language-not-found' })
  })

  test('is refused outside of a clone, with the way out', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'samspill-no-clone-'))
    try {
      const refused = languageAtCommit(elsewhere, 'main')
      await expect(refused).rejects.toMatchObject({ code: 'git-unavailable' })
      await expect(refused).rejects.toThrow('--against registry')
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })
})
