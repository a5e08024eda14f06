// One fault in one script: what a slip of the hand might make of it. It is put into the text as that is
// read, never into the file.

export interface Mutant {
  /** What the faulty script does. */
  readonly fault: string
  /** Under src/store/redis/lua/. */
  readonly file: string
  /** Stands in that file exactly once. */
  readonly find: string
  readonly replace: string
}

export function nameOf({ file, fault }: Mutant): string {
  return `${file}: ${fault}`
}

/** The text with the fault in it. Throws when there is no one place for it. */
export function withFault(mutant: Mutant, text: string): string {
  const places = text.split(mutant.find).length - 1
  if (places === 0) throw new Error(`anchor not found: ${nameOf(mutant)}: ${mutant.find}`)
  if (places > 1) throw new Error(`anchor not unique: ${nameOf(mutant)}: ${mutant.find}`)
  return text.replace(mutant.find, () => mutant.replace)
}
