/** The largest long that avsc takes, one below JavaScript's own limit. */
export const largestLong = Number.MAX_SAFE_INTEGER - 1

/** Below this, avsc 5.7.9 computes the zig-zag form in rounded numbers and turns the sign: we refuse it instead. */
export const smallestLong = -(2 ** 52)
