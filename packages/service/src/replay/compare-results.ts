import type { Envelope } from '@samspill/contracts'

/** An event that a service has sent, or would send now. */
export interface Result {
  readonly envelope: Envelope
  /** The record's key and value. */
  readonly key: Buffer
  readonly value: Buffer
}

/** What a rebuild comes to about one event that was sent, or should have been. */
export type Difference<Before extends Result = Result, Now extends Result = Result> =
  /** It would be sent with other content now: in which fields. `before` is what holds today of what was sent. */
  | { readonly kind: 'changed'; readonly before: Before; readonly now: Now; readonly fields: readonly string[] }
  /** It was never sent. */
  | { readonly kind: 'missing'; readonly now: Now }
  /** It was sent, and would not be now. */
  | { readonly kind: 'unfounded'; readonly before: Before }

/**
 * Compares what was sent with what the handlers return now, about one cause. Events with the same id belong together;
 * of the others those of one type and key, in order. What an earlier rebuild has corrected counts as it was corrected.
 * `fieldsThatDiffer` is asked where the bytes differ. `followsFrom` is the cause's id: what else is among the sent ones
 * is only there to be found by its id.
 */
export function compareResults<Before extends Result, Now extends Result>(
  sent: readonly Before[],
  returned: readonly Now[],
  followsFrom: string,
  fieldsThatDiffer: (before: Before, now: Now) => readonly string[],
): Difference<Before, Now>[] {
  const returnedIds = new Set(returned.map(({ envelope }) => envelope.id))
  const { first, latest } = withoutCorrections(sent, returnedIds)
  const differences: Difference<Before, Now>[] = []
  const compare = (before: Before, now: Now): void => {
    const holds = latest(before)
    if (holds.envelope.annuls === true && now.envelope.annuls !== true) {
      differences.push({ kind: 'changed', before: holds, now, fields: [] })
      return
    }
    const fields = holds.value.equals(now.value) ? [] : fieldsThatDiffer(holds, now)
    if (fields.length > 0) differences.push({ kind: 'changed', before: holds, now, fields })
  }

  const byId = new Map(first.map((before) => [before.envelope.id, before]))
  const unmatched: Now[] = []
  for (const now of returned) {
    const before = byId.get(now.envelope.id)
    if (before === undefined) unmatched.push(now)
    else compare(before, now)
  }
  const left = first.filter(({ envelope }) => !returnedIds.has(envelope.id) && envelope.causationId === followsFrom)
  for (const now of unmatched) {
    const at = left.findIndex((before) => before.envelope.type === now.envelope.type && before.key.equals(now.key))
    const [before] = at < 0 ? [] : left.splice(at, 1)
    if (before === undefined) differences.push({ kind: 'missing', now })
    else compare(before, now)
  }
  for (const before of left) {
    const holds = latest(before)
    const isTakenBack = holds !== before && holds.envelope.annuls === true
    if (!isTakenBack) differences.push({ kind: 'unfounded', before: holds })
  }
  return differences
}

/**
 * Sets apart what replays have sent to correct others of the same cause; a correction that a handler returned itself is
 * a result like any other. `latest` gives what holds today of an event.
 */
function withoutCorrections<Before extends Result>(
  sent: readonly Before[],
  returnedIds: ReadonlySet<string>,
): { readonly first: readonly Before[]; readonly latest: (of: Before) => Before } {
  const sentById = new Map(sent.map((each) => [each.envelope.id, each]))
  const correctedBy = new Map<string, Before>()
  const first: Before[] = []
  for (const each of sent) {
    const { id, source, corrects, causationId, replay } = each.envelope
    const corrected = corrects?.source === source ? sentById.get(corrects.id) : undefined
    const isOfReplay = replay && corrected?.envelope.causationId === causationId && !returnedIds.has(id)
    if (isOfReplay && corrected !== undefined) correctedBy.set(corrected.envelope.id, each)
    else first.push(each)
  }
  const latest = (of: Before): Before => {
    let holds = of
    for (let next = correctedBy.get(of.envelope.id); next !== undefined; next = correctedBy.get(next.envelope.id)) {
      holds = next
    }
    return holds
  }
  return { first, latest }
}
