// A deterministic stream of bytes (xorshift32), where a test needs many and the same each run.
export function seededBytes(seed: number): (count: number) => Uint8Array {
  let state = seed >>> 0 || 1
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 0xff
    })
}

/** Whole numbers in [0, below), from the same kind of stream. */
export function seededInts(seed: number): (below: number) => number {
  const bytes = seededBytes(seed)
  return (below) => bytes(4).reduce((value, byte) => value * 256 + byte, 0) % below
}
