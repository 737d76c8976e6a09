import type { OnProgress, StackFile } from '@samspill/local'

/** What must be in place between the parts and the services: schemas registered, topics created. */
export async function prepareStack(_stack: StackFile, _onProgress: OnProgress): Promise<void> {}
