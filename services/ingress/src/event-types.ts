import { secretOf, topicOf, type AnyContract, type KeySecret } from '@samspill/contracts'
import { problem, type HttpProblem } from '@samspill/http'

/** An event type that the hub knows, and what ingress needs to write its events. */
export interface EventType {
  readonly contract: AnyContract
  readonly type: string
  readonly topic: string
  /** The name of the span of each publish. */
  readonly spanName: string
  /** `plain`: an open register, whose keys are plain. `elsewhere`: one plain publisher makes the keys, never ingress. */
  readonly key: KeySecret | 'plain' | 'elsewhere'
  /** The sources that its events may have: `/<agency>/<system>`, with the stream's own agency. */
  readonly source: RegExp
}

/** The event types that are known here, without asking anybody. */
export interface EventTypes {
  readonly all: readonly EventType[]
  /** Throws HttpProblem 404 `event-type-unknown`, with the nearest name where one is near. */
  named(type: string): EventType
}

/** Gathers the event types of the contracts. Throws HubError `key-secret-missing` where an agency's secret is not there. */
export function knownEventTypes(
  contracts: readonly AnyContract[],
  keySecrets: ReadonlyMap<string, KeySecret>,
): EventTypes {
  const all = contracts.map((contract): EventType => ({
    contract,
    type: contract.type,
    topic: topicOf(contract.stream),
    spanName: `publish ${topicOf(contract.stream)}`,
    key: contract.stream.keys === 'publisher' ? 'elsewhere' : secretOf(contract, keySecrets),
    source: new RegExp(`^/${contract.stream.agency}/[A-Za-z0-9][A-Za-z0-9._~-]*$`),
  }))
  const byName = new Map(all.map((each) => [each.type, each]))
  return {
    all,
    named(type) {
      const found = byName.get(type)
      if (found === undefined) throw unknownType(type, [...byName.keys()])
      return found
    },
  }
}

function unknownType(type: string, known: readonly string[]): HttpProblem {
  const near = nearest(type, known)
  const hint = near === undefined ? 'Event types are written as <agency>.<stream>.<Name>.' : `Did you mean ${near}?`
  return problem(404, 'event-type-unknown', `The hub knows no event type of this name. ${hint}`)
}

function nearest(type: string, known: readonly string[]): string | undefined {
  const wanted = type.toLowerCase()
  const lastName = wanted.slice(wanted.lastIndexOf('.') + 1)
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of known) {
    const lower = name.toLowerCase()
    const sameLastName = lower.endsWith(`.${lastName}`)
    const distance = sameLastName ? 1 : distanceBetween(wanted, lower)
    if (distance <= wanted.length / 4 && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  return best?.name
}

/** Levenshtein's distance: how many characters to add, drop or change. */
function distanceBetween(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const changed = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
