import { expect, test } from 'vitest'
import { performancePage, performancePageFile } from '../harness/performance-page.ts'

/** Where it is stale: `npm test -- --project unit bench/test/performance-page -u` writes it anew. */
test('the page of results is made of the results that are kept', async () => {
  await expect(await performancePage()).toMatchFileSnapshot(performancePageFile)
})
