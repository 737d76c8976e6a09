import { createRegistrar, type Registrar } from '@samspill/avro'
import type { StackFile } from '@samspill/local'

/** The registrar of a stack: the only one that its registry lets write. */
export function registrarOfStack(stack: StackFile): Registrar {
  return createRegistrar({
    url: stack.environment['SAMSPILL_REGISTRY'] ?? '',
    headers: { authorization: `Bearer ${stack.registrySecret}` },
  })
}
