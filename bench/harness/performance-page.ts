import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import { benchesWithResults, resultFile } from './bench-files.ts'
import type { BenchResult } from './bench-result.ts'
import { readable } from './run-bench.ts'

/** Where the table of all results is. */
export const performancePageFile: string = join(cloneFolder, 'docs/reference/performance.md')

/** Writes the page anew from the results that are kept. */
export async function writePerformancePage(): Promise<void> {
  await writeFile(performancePageFile, await performancePage())
}

/** The page that the kept results make. */
export async function performancePage(): Promise<string> {
  const results = await Promise.all(
    benchesWithResults().map(async (name) => JSON.parse(await readFile(resultFile(name), 'utf8')) as BenchResult),
  )
  return `${[intro, ...results.map(section)].join('\n')}`
}

const intro = `# Performance

Generated from \`bench/results\`: \`npm run bench -- <name>\` measures again and writes this page. Where the time goes, and why it can or
cannot go lower, is in [the explanation](../explanation/performance.md).

Every figure stands beside its baselines from the same run: contenders take turns round by round, each in a process of its own, with the
warm-up left out. Spread is largest minus smallest, as a share of the median. × is the geometric mean of the per-round ratios to the
contender that the row is held against. A goal is met when the whole 95 % interval (Student's t on the logarithms of the per-round values
or ratios) lies on its side. Absolute figures belong to the machine; ratios travel.
`

function section(result: BenchResult): string {
  const { machine } = result
  const rows = result.rows.map(({ what, median, spread, unit, ratio }) => [
    what,
    readable(median),
    unit,
    `${readable(spread * 100)} %`,
    ratio === null ? '' : `× ${readable(ratio)}`,
  ])
  const goals = result.goals.map(({ goal, value, low, high, met }) => [
    goal,
    readable(value),
    `${readable(low)} to ${readable(high)}`,
    met ? 'yes' : 'no',
  ])
  const missing = result.notMeasured.map((goal) => [goal, '', '', 'not measured without `--long`'])
  const brokers = machine.brokers === 1 ? 'one broker' : `${machine.brokers} brokers`
  return `## ${result.bench}

${result.what}

${[
  ...table(['what', 'median', 'unit', 'spread', 'ratio'], rows),
  '',
  ...table(['goal', 'value', '95 % interval', 'met'], [...goals, ...missing]),
].join('\n')}

${result.at.slice(0, 10)}, commit ${machine.commit}, ${result.rounds} rounds: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}; Node ${machine.node}, Kafka ${machine.kafka} (${brokers}), PostgreSQL ${machine.postgres}.
`
}

/** A Markdown table whose columns line up, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)]
}
