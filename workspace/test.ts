import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countLine, countTests, readReport, testResultFile } from './test-results.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const report = join(root, testResultFile)

rmSync(report, { force: true })
const vitest = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)

const results = readReport(report)
if (results !== undefined) console.log(countLine(countTests([results])))
process.exit(vitest.status ?? 1)
