/** The Avro namespace of a stream: its name with `_` for `-`, since Avro names know no hyphen. */
export function namespaceOf(streamName: string): string {
  return streamName.replaceAll('-', '_')
}

/** The record name that a schema file must hold: `layoff-registered.v2.avsc` → `LayoffRegisteredV2`. */
export function recordNameOf(fileName: string): string {
  return pascalCase(fileName.replace(/\.avsc$/, ''))
}

/** `layoff-registered.v2` → `LayoffRegisteredV2`. */
function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}

/** `LayoffRegistered` or `nav.job-seekers` → `layoffRegistered`, `navJobSeekers`. */
export function camelCase(text: string): string {
  const pascal = pascalCase(text)
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1)
}

/** The last part of a dotted name. */
export function simpleName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1)
}
