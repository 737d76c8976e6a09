import { HubError } from '@samspill/contracts'

export type DecodeCode =
  | 'decode-not-framed'
  | 'decode-truncated'
  | 'decode-trailing-bytes'
  | 'decode-too-many-items'
  | 'decode-too-deep'
  | 'decode-forbidden-name'
  | 'decode-long-out-of-range'
  | 'decode-invalid'

/** Bytes that are not what their schema says. Names the place and the rule, never the value. */
export class DecodeError extends HubError {
  declare readonly code: DecodeCode

  constructor(code: DecodeCode, message: string) {
    super(code, message)
  }
}

/** Data that the contract cannot say. Names the field's path and the rule, never the value. */
export class EncodeError extends HubError {
  readonly path: string
  readonly rule: string

  constructor(path: string, rule: string, message: string) {
    super('encode-invalid', message)
    this.path = path
    this.rule = rule
  }
}
