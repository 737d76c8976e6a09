import { cpus, totalmem } from 'node:os'
import { commitAtHand, type StackFile } from '@samspill/local'

/** What a figure depends on besides the code. */
export interface MachineFacts {
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
  readonly node: string
  readonly kafka: string
  readonly postgres: string
  /** Brokers in the stack. */
  readonly brokers: number
  /** The commit that was measured; with `+` where files differed from it. */
  readonly commit: string
}

/** Looks at the machine, the stack and the clone. */
export async function machineFacts(stack: StackFile): Promise<MachineFacts> {
  const version = (part: string): string => stack.parts.find(({ name }) => name.startsWith(part))?.version ?? 'unknown'
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    kafka: version('kafka'),
    postgres: version('postgres'),
    brokers: (stack.environment['SAMSPILL_KAFKA'] ?? '').split(',').length,
    commit: await commitAtHand(),
  }
}
