import type { EventReference } from '@samspill/contracts'

/** Which earlier event an event corrects, and whether it takes it back. */
export interface Correction {
  readonly corrects: EventReference
  readonly annuls: boolean
}

type Refuse = (path: string, rule: string, message: string) => undefined

/**
 * Reads what an event says of an earlier one: `corrects` (its id), `correctssource` where that is another source than
 * its own, and `annuls`. Tells `refuse` what breaks the rules.
 */
export function readCorrection(
  attributes: {
    readonly id: string
    readonly source: string
    readonly corrects: string | undefined
    readonly correctssource: string | undefined
    readonly annuls: unknown
  },
  refuse: Refuse,
): Correction | undefined {
  const { id, source, corrects, correctssource } = attributes
  const annuls = truthOf(attributes.annuls, refuse)
  if (corrects === undefined) {
    if (correctssource !== undefined) refuse('correctssource', 'without-corrects', needsCorrects)
    if (annuls) refuse('annuls', 'without-corrects', needsCorrects)
    return undefined
  }
  if (corrects === id && (correctssource ?? source) === source) refuse('corrects', 'corrects-itself', itself)
  return { corrects: { source: correctssource ?? source, id: corrects }, annuls }
}

const needsCorrects = 'says something of an earlier event: name it, with its id in corrects'
const itself = 'must be the id of an earlier event: this is its own'

/** CloudEvents has booleans in JSON, and their words in headers. */
function truthOf(value: unknown, refuse: Refuse): boolean {
  if (value === undefined || value === null || value === false || value === 'false') return false
  if (value === true || value === 'true') return true
  refuse('annuls', 'wrong-type', 'must be true or false')
  return false
}
