import { readConfig } from '@samspill/config'
import type { BenchStage } from '../harness/bench-stage.ts'

/** The brokers of the stack. */
export function brokersOf(stage: BenchStage): readonly string[] {
  return readConfig(stage.environment).kafka.brokers
}
