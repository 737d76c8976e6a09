import type { EnumNode, FixedNode, PrimitiveNode } from './schema-tree.ts'
import type { FieldProblem } from './field-problem.ts'

export type LeafNode = PrimitiveNode | FixedNode | EnumNode

/** What a leaf is, or why it is not. */
export type LeafReading = { readonly value: unknown } | Pick<FieldProblem, 'rule' | 'message'>

/** One way to write the leaves of an event's data: JSON for ingress, TypeScript values for contracts. */
export interface ValueForm {
  read(node: LeafNode, value: unknown): LeafReading
}

export function wrongType(expected: string): LeafReading {
  return { rule: 'wrong-type', message: `must be ${expected}` }
}
