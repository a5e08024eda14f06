/**
 * GET /tenant/usage/live: an event for each request as it is settled, read from the ledger while the
 * client listens. It ends by itself after some minutes, and as soon as the caller could not ask anew:
 * clients of event streams come back with the last id they saw, and miss nothing.
 */
import { sleep } from '../clock.ts'
import type { Identified } from '../identify/stage.ts'
import type { Inbound } from '../inbound.ts'
import type { LedgerEntry } from '../ledger/entry.ts'
import { showEntry } from '../ledger/show-entry.ts'
import { Problem } from '../problem/problem.ts'
import { viewAsCaller } from './caller.ts'
import type { SelfDeps } from './deps.ts'

/** Two store calls each time: is the caller still who it was, and what is new? */
const POLL_MS = 2_000
const MAX_DURATION_MS = 5 * 60_000
/** Proxies close what is silent for longer. */
const KEEP_ALIVE_MS = 14_000
const MAX_ENTRIES = 500
/** What a client waits before it comes back. */
const RETRY_MS = 2_000

export async function liveUsage(
  deps: SelfDeps,
  { request }: Inbound,
  caller: Identified,
): Promise<Response> {
  const seen = lastEventId(request.headers)
  const { counters } = await viewAsCaller(deps, caller)
  const feed = new Feed(deps, caller, seen ?? counters.seq)
  const body = new ReadableStream<Uint8Array>(
    { pull: (controller) => feed.pull(controller), cancel: () => feed.stop() },
    // Nothing is read before the client wants it.
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    },
  })
}

/** Where the client left off. Throws Problem (422) for what is no id of an event. */
function lastEventId(headers: Headers): number | null {
  const id = headers.get('last-event-id')
  if (id === null || id === '') return null
  if (/^[0-9]{1,15}$/.test(id)) return Number(id)
  throw new Problem('InvalidMember', 'Last-Event-ID: must be the id of an event.', {
    param: 'last-event-id',
  })
}

class Feed {
  readonly #deps: SelfDeps
  readonly #caller: Identified
  readonly #endsAtMs: number
  readonly #encoder = new TextEncoder()
  #after: number
  #stopped = false
  #told = false

  constructor(deps: SelfDeps, caller: Identified, after: number) {
    this.#deps = deps
    this.#caller = caller
    this.#after = after
    this.#endsAtMs = deps.clock.now() + MAX_DURATION_MS
  }

  stop(): void {
    this.#stopped = true
  }

  /** Sends the next events, or after a silence a comment; or ends. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { clock } = this.#deps
    const send = (text: string) => {
      if (!this.#stopped) controller.enqueue(this.#encoder.encode(text))
    }
    // The first words come at once: the client knows that it listens, and where to come back to.
    if (!this.#told) {
      this.#told = true
      return send(`id: ${this.#after}\nretry: ${RETRY_MS}\n\n`)
    }
    const silentFromMs = clock.now()
    while (!this.#stopped) {
      const events = await this.#next()
      if (events === null || clock.now() >= this.#endsAtMs) {
        send(`event: end\ndata: {}\n\n`)
        if (!this.#stopped) controller.close()
        return
      }
      if (events !== '') return send(events)
      if (clock.now() - silentFromMs >= KEEP_ALIVE_MS) return send(': still here\n\n')
      await sleep(clock, POLL_MS)
    }
  }

  /** The events since the last ones; null when the caller has to be judged anew, or nothing can be told. */
  async #next(): Promise<string | null> {
    const { store, clock } = this.#deps
    const { principal, known, keyExpiresAtMs } = this.#caller
    const { tenant, credential } = principal
    const expiresAtMs = credential.kind === 'jwt' ? credential.expiresAtMs : keyExpiresAtMs
    if (expiresAtMs !== null && clock.now() >= expiresAtMs) return null
    try {
      const load = { type: 'load', version: known.version, keyHashes: [] } as const
      const { type } = await store.run(tenant, load)
      if (type !== 'current' || this.#stopped) return null
      const entries = await store.ledger(tenant, this.#after, MAX_ENTRIES)
      this.#after = entries.at(-1)?.seq ?? this.#after
      return entries.filter(isUse).map(toEvent).join('')
    } catch {
      // The client comes back, and is told what is wrong in a status.
      return null
    }
  }
}

function isUse({ kind }: LedgerEntry): boolean {
  return kind === 'settled' || kind === 'expired' || kind === 'late' || kind === 'hold_lost'
}

function toEvent(entry: LedgerEntry): string {
  return `id: ${entry.seq}\nevent: usage\ndata: ${JSON.stringify(showEntry(entry))}\n\n`
}
