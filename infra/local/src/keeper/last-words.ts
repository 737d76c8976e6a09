/** The line of a log that says best why its program ended: the last that speaks of an error, else the last. */
export function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at ') && !/^\.\.\. \d+ more$/.test(line))
    .slice(-40)
  const telling = lines.findLast((line) => /error|fatal|exception|cannot|failed|panic/i.test(line)) ?? lines.at(-1)
  return telling === undefined ? 'none' : telling.slice(0, 300)
}
