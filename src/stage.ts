/**
 * A stage of the way of a request, and the typed list that they form. Hono does not check the order
 * of middleware; this does: a stage that needs what no earlier stage provides does not compile.
 */
import type { Context, MiddlewareHandler } from 'hono'
import type { Inbound } from './inbound.ts'
import { Problem } from './problem/problem.ts'

export interface Stage<in Needs extends object, out Provides extends object> {
  readonly name: string
  /** Resolves to what it adds. Throws Problem to refuse, StaleSnapshot to have all decided again. */
  run(have: Needs): Promise<Provides>
}

export class Pipeline<Have extends object> {
  readonly #stages: readonly Stage<never, object>[]

  private constructor(stages: readonly Stage<never, object>[]) {
    this.#stages = stages
  }

  static start(): Pipeline<Inbound> {
    return new Pipeline<Inbound>([])
  }

  use<Provides extends object>(stage: Stage<Have, Provides>): Pipeline<Have & Provides> {
    return new Pipeline<Have & Provides>([...this.#stages, stage])
  }

  /** Runs every stage in order; each sees what all before it have provided. */
  async run(inbound: Inbound): Promise<Have> {
    let have: object = inbound
    for (const stage of this.#stages) {
      have = { ...have, ...(await stage.run(have as never)) }
    }
    return have as Have
  }

  /**
   * The stages as Hono middleware: what they provide stands in `c.var.tollgate`, then the app's own
   * handler answers. A Problem reaches the app's `onError`.
   *
   * @example
   * app.use('/api/*', Pipeline.start().use(identify).middleware((c) => openInbound(c.req.raw, ...)))
   */
  middleware(open: (c: Context) => Inbound): MiddlewareHandler<{ Variables: { tollgate: Have } }> {
    return async (c, next) => {
      c.set('tollgate', await decideAfresh(() => this.run(open(c))))
      await next()
    }
  }
}

/** Thrown when a decision was made on a snapshot that the store has since replaced. */
export class StaleSnapshot extends Error {
  override readonly name = 'StaleSnapshot'
}

const MAX_DECISIONS = 5

const RETRY_AFTER_MS = 1_000

/**
 * Runs `decide` again while the configuration it was decided on has changed under it. Every round
 * has learned the newer snapshot, so that two rounds are the rule and the bound is a fence: past it
 * the caller is told to come again (503).
 */
export async function decideAfresh<T>(decide: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await decide()
    } catch (error) {
      if (!(error instanceof StaleSnapshot)) throw error
      if (round < MAX_DECISIONS) continue
      throw new Problem('StoreUnavailable', 'The configuration changed again and again.', {
        retryAfterMs: RETRY_AFTER_MS,
      })
    }
  }
}
