/** Slip ids by the time they are due, earliest first, ties by id; what a sorted set is to Redis. */
interface Due {
  readonly id: string
  readonly dueMs: number
}

export class DueIndex {
  readonly #sorted: Due[] = []
  readonly #dueMsById = new Map<string, number>()

  /** null takes the id out. */
  set(id: string, dueMs: number | null): void {
    const before = this.#dueMsById.get(id)
    if (before !== undefined) this.#sorted.splice(this.#place({ id, dueMs: before }), 1)
    this.#dueMsById.delete(id)
    if (dueMs === null) return
    this.#dueMsById.set(id, dueMs)
    this.#sorted.splice(this.#place({ id, dueMs }), 0, { id, dueMs })
  }

  /** At most `max` ids due by `nowMs`. */
  upTo(nowMs: number, max: number): readonly string[] {
    const ids: string[] = []
    for (const { id, dueMs } of this.#sorted) {
      if (dueMs > nowMs || ids.length >= max) break
      ids.push(id)
    }
    return ids
  }

  clear(): void {
    this.#sorted.length = 0
    this.#dueMsById.clear()
  }

  /** Where it stands, or would. */
  #place(sought: Due): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const there = this.#sorted[middle]
      if (there !== undefined && comesBefore(there, sought)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function comesBefore(one: Due, other: Due): boolean {
  return one.dueMs === other.dueMs ? one.id < other.id : one.dueMs < other.dueMs
}
