import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { staleFiles } from '@samspill/language'

// Says which generated files are not what schemas/ says now.
const stale = await staleFiles(join(dirname(dirname(fileURLToPath(import.meta.url))), 'schemas'))
for (const { file, why } of stale) console.log(`schemas/${file}: ${why}`)
process.exitCode = stale.length === 0 ? 0 : 1
