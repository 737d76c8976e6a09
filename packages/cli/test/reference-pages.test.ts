import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import { describe, expect, test } from 'vitest'
import { cliPage } from './reference/cli-page.ts'
import { metricsPage } from './reference/metrics-page.ts'

const page = (name: string): string => join(cloneFolder, 'docs/reference', name)

/** Where one is stale: `npm test -- --project unit packages/cli/test/reference-pages -u` writes it anew. */
describe('the reference', () => {
  test('lists every metric', async () => {
    await expect(metricsPage()).toMatchFileSnapshot(page('metrics.md'))
  })

  test('has the help of every command', async () => {
    await expect(await cliPage()).toMatchFileSnapshot(page('cli.md'))
  })
})
