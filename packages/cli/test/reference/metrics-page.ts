import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import { markdownTable } from './markdown-table.ts'

/** The page that lists every metric that the source registers. */
export function metricsPage(): string {
  const metrics = sources().flatMap(metricsIn)
  const rows = metrics.toSorted(([one = ''], [other = '']) => one.localeCompare(other))
  return `${[
    '# Metrics',
    'Made from the source; a test keeps it fresh. Every process answers `/metrics` in Prometheus’ text form. Each metric has the label\n`service` besides its own. The metrics of Node itself (`process_…`, `nodejs_…`) are there too. No label is about a person.',
    markdownTable([['metric', 'kind', 'labels', 'meaning'], ...rows]),
  ].join('\n\n')}\n`
}

function metricsIn(text: string): string[][] {
  const call = /\.(counter|gauge|histogram)\(\s*'(samspill_\w+)',\s*'([^']*)'(?:,\s*\[([^\]]*)\])?/g
  return Array.from(text.matchAll(call), ([, kind = '', name = '', help = '', labels = '']) => [
    `\`${name}\``,
    kind,
    Array.from(labels.matchAll(/'(\w+)'/g), ([, label]) => `\`${label}\``).join(', '),
    help,
  ])
}

function sources(): readonly string[] {
  return ['packages', 'services']
    .flatMap((folder) => readdirSync(join(cloneFolder, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && /\/src(\/|$)/.test(entry.parentPath))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}
