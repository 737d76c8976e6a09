/** Something in data that its contract does not allow. Never holds the value. */
export interface FieldProblem {
  /** e.g. `employment.percentage`, `periods[2].from`; empty for the data as a whole. */
  readonly path: string
  readonly rule: FieldRule
  /** What is expected, as a sentence's end: `must be a date, yyyy-mm-dd`. */
  readonly message: string
}

export type FieldRule =
  | 'unknown-field'
  | 'missing-field'
  | 'wrong-type'
  | 'out-of-range'
  | 'unknown-symbol'
  | 'invalid-value'
  | 'forbidden-name'
  | 'too-many-items'
  | 'too-deep'
