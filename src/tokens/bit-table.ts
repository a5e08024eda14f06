// Tables of yes and no, as the vocabulary's generated file carries them: base64, lowest bit first.

export class BitTable {
  readonly #bytes: Uint8Array

  constructor(base64: string) {
    this.#bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  }

  /** False beyond the end. */
  has(index: number): boolean {
    return (((this.#bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1
  }
}
