/** The registry that integration tests use, with the registrar's credentials where it asks for them. */
export function registryUnderTest(): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
  const url = process.env['SAMSPILL_REGISTRY']
  const secret = process.env['SAMSPILL_REGISTRY_SECRET']
  if (url) return { url, headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` } }
  throw new Error(
    'SAMSPILL_REGISTRY is not set: these tests need a real Apicurio Registry, e.g. http://127.0.0.1:18081/apis/ccompat/v7 (npm test starts one)',
  )
}

/** A subject that no other run has used. */
export function freshSubject(name: string): string {
  return `test.${name}.${Date.now()}.${Math.random().toString(36).slice(2)}`
}
