/** Randomness as a thing that is passed in. */
export type RandomBytes = (count: number) => Uint8Array

export const secureRandom: RandomBytes = (count) => crypto.getRandomValues(new Uint8Array(count))
