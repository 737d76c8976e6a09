/** A promise that was not kept. */
export interface Violation {
  readonly promise:
    | 'missing'
    | 'uncommitted'
    | 'altered'
    | 'inversion'
    | 'double-effect'
    | 'missing-effect'
    | 'effect-from-nowhere'
    | 'return-missing'
    | 'double-return'
    | 'parked-unaccounted'
    | 'behind'
  /** Says of which event of which stream or service. */
  readonly sentence: string
}
