import type { PartStatus } from '@samspill/local'

/** What a benchmark and its contenders work on: a stack of their own, and nobody else on it. */
export interface BenchStage {
  /** The name of the stack; `connectTestHub` of @samspill/testing finds it in the environment. */
  readonly stack: string
  /** What services get to reach the stack. */
  readonly environment: Readonly<Record<string, string>>
  /** The processes of the stack, e.g. to ask how much processor time a broker took. */
  readonly parts: readonly PartStatus[]
  /** What `prepare` gave back. */
  readonly prepared: unknown
}
