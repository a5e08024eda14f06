// Queries that can be gone on with. The uuid alone is the handle: it is not bound to a namespace.
import { refuse } from './errors.ts'

export class ResumableQueries {
  readonly #rest = new Map<string, object[]>()
  #made = 0

  start(ranked: readonly object[], topK: number): object {
    this.#made += 1
    // One after the other, as bad as a handle can be.
    const uuid = `00000000-0000-4000-8000-${String(this.#made).padStart(12, '0')}`
    this.#rest.set(uuid, ranked.slice(topK))
    return { uuid, scores: ranked.slice(0, topK) }
  }

  next(uuid: string, additionalK: number): object[] {
    return this.#find(uuid).splice(0, additionalK)
  }

  end(uuid: string): 'Success' {
    this.#find(uuid)
    this.#rest.delete(uuid)
    return 'Success'
  }

  dump(): object {
    return Object.fromEntries(this.#rest)
  }

  #find(uuid: string): object[] {
    return (
      this.#rest.get(uuid.toLowerCase()) ??
      refuse(404, `Resumable query with UUID ${uuid} does not exist`)
    )
  }
}
