import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import { describe, expect, test } from 'vitest'
import { cliPage } from './reference/cli-page.ts'
import { metricsPage } from './reference/metrics-page.ts'
import { streamsPage } from './reference/streams-page.ts'

const page = (name: string): string => join(cloneFolder, 'docs/reference', name)

/** Where one is stale: `npm test -- --project unit packages/cli/test/reference-pages -u` writes it anew. */
describe('the reference', () => {
  test('lists every stream, event type and field', async () => {
    await expect(await streamsPage(join(cloneFolder, 'schemas'))).toMatchFileSnapshot(page('streams.md'))
  })

  test('lists every metric', async () => {
    await expect(metricsPage()).toMatchFileSnapshot(page('metrics.md'))
  })

  test('has the help of every command', async () => {
    await expect(await cliPage()).toMatchFileSnapshot(page('cli.md'))
  })
})
