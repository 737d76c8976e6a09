import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkResultFile, countLine, countTests, readReport, testResultFile } from './test-results.ts'

// Says as its only line how many tests `npm run check` and `npm test` ran, each test counted once.
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const reports = [checkResultFile, testResultFile].map((file) => readReport(join(root, file)))
const counts = countTests(reports.filter((report) => report !== undefined))
console.log(countLine(counts))

const everyRunReported = reports.every((report) => report !== undefined)
process.exit(everyRunReported && counts.failed === 0 && counts.passed > 0 ? 0 : 1)
