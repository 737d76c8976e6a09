/** The candidate that is most like the text, or undefined where none is near: for "Did you mean …?". */
function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.ceil(text.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase(), least)
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** ` Did you mean "x"?`, or a list of all there are. */
export function suggestion(text: string, candidates: Iterable<string>): string {
  const all = [...candidates]
  const best = nearest(text, all)
  return best === undefined ? `Write one of: ${all.join(', ')}.` : `Did you mean "${best}"?`
}

/** Levenshtein's distance, given up (as `limit`) for texts whose lengths alone differ too much. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
    }
    previous = current
  }
  return previous[right.length] ?? limit
}
