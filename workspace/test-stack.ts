const named = ['SAMSPILL_KAFKA', 'SAMSPILL_REGISTRY', 'SAMSPILL_DATABASE']

/** Gives integration and e2e tests a running stack: the one that the environment names, or one of their own. */
export async function setup(): Promise<void> {
  if (named.every((name) => process.env[name] !== undefined)) return
  throw new Error(`Set ${named.join(', ')} to run these tests on a stack that is up.`)
}
