/** A source of chance that says the same again for the same seed: numbers from 0 up to 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The same things in an order that chance decides. */
export function shuffled<Thing>(things: readonly Thing[], random: () => number): Thing[] {
  const left = [...things]
  const dealt: Thing[] = []
  while (left.length > 0) dealt.push(...left.splice(Math.floor(random() * left.length), 1))
  return dealt
}
