import type { JsonObject } from '../json.ts'
import type { Measure } from '../schema-measure.ts'
import type { Visit } from '../schema-walk.ts'

/** What a rule may know beside the node it looks at. */
export interface RuleContext {
  readonly named: ReadonlyMap<string, JsonObject>
  readonly measure: (node: unknown) => Measure
}

/** What a rule finds in one node: its own name and the sentence. */
export interface Verdict {
  readonly rule: string
  readonly message: string
}

/** Looks at one node of a schema. */
export type SchemaRule = (visit: Visit, context: RuleContext) => readonly Verdict[]

export const fine: readonly Verdict[] = []

export function verdict(rule: string, message: string): readonly Verdict[] {
  return [{ rule, message }]
}
