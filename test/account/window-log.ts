// The truth about rates, by brute force: each weight with the millisecond it came, corrected as the
// ledger tells how requests ended.
import type { HeldRate } from '../../src/account/records.ts'
import type { LedgerEntry } from '../../src/ledger/entry.ts'

interface Weight {
  readonly holdId: string
  readonly rate: HeldRate
  readonly atMs: number
  readonly part: 'admission' | 'extension' | 'excess'
  amount: number
}

export class WindowLog {
  readonly #weights: Weight[] = []

  admit(holdId: string, atMs: number, rates: readonly HeldRate[]): void {
    for (const rate of rates) {
      this.#weights.push({ holdId, rate, atMs, part: 'admission', amount: rate.amount })
    }
  }

  /** Called with the rates of a hold after any extension; adds what is new. */
  extend(holdId: string, atMs: number, rates: readonly HeldRate[]): void {
    for (const rate of rates) {
      const before = this.#of(holdId, rate.id).filter(({ part }) => part === 'extension')
      const amount = rate.extended - before.reduce((sum, one) => sum + one.amount, 0)
      if (amount > 0) this.#weights.push({ holdId, rate, atMs, part: 'extension', amount })
    }
  }

  /** Sets weights right by what requests turned out to use; a late correction of an expired one does not. */
  learn(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      if (entry.kind !== 'settled' && entry.kind !== 'expired' && entry.kind !== 'abandoned')
        continue
      const { holdId, charge, atMs } = entry
      const ids = new Set(
        this.#weights.filter((one) => one.holdId === holdId).map(({ rate }) => rate.id),
      )
      for (const id of ids) {
        const weights = this.#of(holdId, id)
        const rate = weights[0]?.rate
        if (rate === undefined || (rate.measure === 'requests' && entry.kind !== 'abandoned'))
          continue
        const actual = rate.measure === 'requests' ? 0 : charge.inputTokens + charge.outputTokens
        const excess = actual - weights.reduce((sum, { amount }) => sum + amount, 0)
        if (excess > 0) this.#weights.push({ holdId, rate, atMs, part: 'excess', amount: excess })
        const admission = weights.find(({ part }) => part === 'admission')
        if (excess < 0 && admission) admission.amount = Math.max(0, admission.amount + excess)
      }
    }
  }

  /** Weight that came after `fromMs`. */
  weight(id: string, fromMs: number): number {
    return this.#weights.reduce(
      (sum, { rate, atMs, amount }) => (rate.id === id && atMs > fromMs ? sum + amount : sum),
      0,
    )
  }

  #of(holdId: string, id: string): readonly Weight[] {
    return this.#weights.filter((one) => one.holdId === holdId && one.rate.id === id)
  }
}
