/** The address of the registry's Confluent API that integration tests use. */
export function registryUnderTest(): string {
  const url = process.env['SAMSPILL_REGISTRY']
  if (url) return url
  throw new Error(
    'SAMSPILL_REGISTRY is not set: these tests need a real Apicurio Registry, e.g. http://127.0.0.1:18081/apis/ccompat/v7 (npm test starts one)',
  )
}

/** A subject that no other run has used. */
export function freshSubject(name: string): string {
  return `test.${name}.${Date.now()}.${Math.random().toString(36).slice(2)}`
}
