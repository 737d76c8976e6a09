import { STATUS_CODES } from 'node:http'
import { HubError } from '@samspill/contracts'

/** One thing that is wrong with a field: where, which rule, and what is expected. Never the value itself. */
export interface ProblemField {
  /** The place in the body, e.g. `data.employment.percentage` or `data.periods[2].from`. */
  readonly path: string
  /** A stable kebab-case name, e.g. `unknown-field`, `missing-field`, `wrong-type`. */
  readonly rule: string
  /** What is expected, for a person. */
  readonly message: string
}

/** A problem detail (RFC 9457) as it goes over the wire. */
export interface Problem {
  /** `urn:samspill:problem:<code>`. */
  readonly type: string
  /** The status in words. */
  readonly title: string
  readonly status: number
  /** What went wrong and the way out, for a person. */
  readonly detail: string
  /** Stable kebab-case name of the problem: the part that programs branch on. */
  readonly code: string
  readonly errors?: readonly ProblemField[]
}

/** What a problem may say besides its sentence. */
export interface ProblemOptions {
  readonly errors?: readonly ProblemField[]
  /** Response headers that belong to the problem, e.g. `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Seconds until it is worth trying again; sent as `Retry-After`. */
  readonly retryAfter?: number
  readonly cause?: unknown
}

/** A failed request: thrown by a handler, sent as problem+json with its own status. */
export class HttpProblem extends HubError {
  readonly status: number
  readonly errors: readonly ProblemField[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(code, detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = status
    this.errors = options.errors ?? []
    this.headers =
      options.retryAfter === undefined
        ? (options.headers ?? {})
        : { ...options.headers, 'Retry-After': String(options.retryAfter) }
  }

  /** The problem as plain data, ready for JSON. */
  toProblem(): Problem {
    return {
      type: `urn:samspill:problem:${this.code}`,
      title: STATUS_CODES[this.status] ?? 'Problem',
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(this.errors.length === 0 ? {} : { errors: this.errors }),
    }
  }
}

/** Makes a problem with its HTTP status, stable code and sentence; throw it from a handler. */
export function problem(status: number, code: string, detail: string, options?: ProblemOptions): HttpProblem {
  return new HttpProblem(status, code, detail, options)
}
