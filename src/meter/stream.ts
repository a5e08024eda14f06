/**
 * An event stream on its way to the client: frames pass as they came while usage is read out of
 * them. Pulled by the client, so that a slow one slows the upstream and nothing piles up here. However
 * it ends (whole, broken, left by the client, cut), it is settled, and a broken one never ends clean.
 */
import type { MeterReading } from '../account/answers.ts'
import type { Clock } from '../clock.ts'
import type { Charge, Outcome } from '../ledger/entry.ts'
import { Problem } from '../problem/problem.ts'
import type { DialectName } from '../problem/body.ts'
import type { StreamReader } from '../upstream/adapter.ts'
import type { ByteSource } from '../upstream/attempt.ts'
import { joinBytes } from '../gathered-bytes.ts'
import { cleanErrorData } from '../upstream/failure.ts'
import { problemFrame } from '../problem/respond.ts'
import type { Call } from '../upstream/route.ts'
import { chargeFor, chargeForSent, type Priced } from './charge.ts'
import { usageFrame, usageNote } from './note.ts'
import { type SseFrame, SseScanner } from '../upstream/sse.ts'

/** Settles with a charge (null: none) and how it ended; only the first call counts. */
export type Settle = (
  priced: Priced | null,
  ended: Outcome['ended'],
  bytesOut: number,
  modelServed: string | null,
) => void

interface StreamMeter {
  readonly call: Call
  readonly dialect: DialectName
  readonly requestId: string
  readonly first: Uint8Array
  readonly source: ByteSource
  readonly clock: Clock
  readonly asEvent: boolean
  readonly settle: Settle
  readonly checkpoint: (measure: () => Charge) => void
  readonly remaining: (charge: Charge) => readonly MeterReading[]
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** After the client has left: long enough for most answers, within what Workers allow. */
const MAX_DRAIN_MS = 25_000
/** Once all has been said: how long the upstream may still keep the client waiting for the end. */
const END_GRACE_MS = 2_000

export function meterStream(deps: StreamMeter): ReadableStream<Uint8Array> {
  const passage = new Passage(deps)
  return new ReadableStream<Uint8Array>({
    pull: (controller) => passage.pull(controller),
    cancel: () => passage.leave(),
  })
}

type Controller = ReadableStreamDefaultController<Uint8Array>

class Passage {
  readonly #deps: StreamMeter
  readonly #scanner = new SseScanner()
  readonly #reader: StreamReader
  #next: Uint8Array | null
  #pulling: Promise<void> = Promise.resolve()
  #bytesOut = 0
  #noted = false
  /** The end mark has come: what follows is passed on, but is no part of the answer. */
  #done = false
  #failed = false
  /** How it stood when the client left; null while it is there. */
  #leftAs: 'completed' | 'client_left' | null = null

  constructor(deps: StreamMeter) {
    this.#deps = deps
    this.#reader = deps.call.operation.openStream(deps.call.body ?? {})
    this.#next = deps.first
    deps.checkpoint(() => this.#price().charge)
  }

  pull(controller: Controller): Promise<void> {
    this.#pulling = this.#pass(controller)
    return this.#pulling
  }

  /** The client is gone: stop the upstream and settle what was seen, or read the rest for the exact usage. */
  async leave(): Promise<void> {
    const { source, clock, waitUntil } = this.#deps
    this.#leftAs = this.#done ? 'completed' : 'client_left'
    const drainMs = this.#worthDrainingMs()
    if (drainMs === 0) {
      this.#settle(this.#leftAs)
      await source.cancel()
      return
    }
    const stop = clock.after(drainMs, () => void source.cancel())
    waitUntil(
      this.#drain().finally(() => {
        stop()
        this.#settle('client_left')
      }),
    )
  }

  /** For how long the rest is read although nobody takes it; 0: the upstream is stopped. */
  #worthDrainingMs(): number {
    if (this.#done) return 0
    if (this.#deps.call.upstream.settings.on_disconnect === 'drain') return MAX_DRAIN_MS
    // Nothing more is generated: but for its usage, hidden reasoning would go unpaid.
    const { usage, untold } = this.#reader.measured()
    const lacksUsage = usage === null || untold !== undefined
    return this.#reader.finished() && lacksUsage ? END_GRACE_MS : 0
  }

  /** Forwards until at least one byte went out, so that no more is read than the client takes. */
  async #pass(controller: Controller): Promise<void> {
    try {
      for (;;) {
        const chunk = await this.#read()
        if (chunk === 'broken') return this.#break(controller)
        if (chunk === null) return this.#end(controller)
        const bytes = this.#scanner.feed(chunk).flatMap((frame) => this.#take(frame))
        if (this.#send(controller, bytes) || this.#leftAs !== null) return
      }
    } catch (error) {
      // A fault of ours must not leave a hold alive, nor end the client's stream as if it were whole.
      const { settle, source, call } = this.#deps
      settle(chargeForSent(call), 'upstream_failed', this.#bytesOut, null)
      void source.cancel()
      throw error
    }
  }

  async #drain(): Promise<void> {
    // A pull that was under way has a chunk coming, which must be read first.
    await this.#pulling
    for (;;) {
      const chunk = await this.#read()
      if (chunk === 'broken' || chunk === null) break
      for (const frame of this.#scanner.feed(chunk)) this.#take(frame)
    }
    for (const frame of this.#scanner.end()) this.#take(frame)
  }

  async #read(): Promise<Uint8Array | null | 'broken'> {
    const next = this.#next
    if (next !== null) {
      this.#next = null
      return next
    }
    const { idle_ms } = this.#deps.call.upstream.settings.timeouts
    const allSaid = this.#done || this.#failed
    try {
      return await this.#deps.source.next(allSaid ? Math.min(idle_ms, END_GRACE_MS) : idle_ms)
    } catch {
      return 'broken'
    }
  }

  /** Reads a frame, and tells what the client gets for it. */
  #take(frame: SseFrame): readonly Uint8Array[] {
    if (this.#done) return [frame.bytes]
    switch (this.#reader.read(frame)) {
      case 'forward':
        return [frame.bytes]
      case 'drop':
        return []
      case 'failed':
        this.#failed = true
        return [this.#cleaned(frame)]
      case 'done':
        this.#done = true
        return [...this.#note(), frame.bytes]
    }
  }

  /** An error event in the upstream's words, but for what in them is the platform's own. */
  #cleaned({ bytes, event, data }: SseFrame): Uint8Array {
    if (data === null) return bytes
    const clean = cleanErrorData(this.#deps.call.upstream, data)
    if (clean === data) return bytes
    const lines = [...(event === null ? [] : [`event: ${event}`]), `data: ${clean}`]
    return new TextEncoder().encode(`${lines.join('\n')}\n\n`)
  }

  #end(controller: Controller): void {
    const tail = this.#scanner.end().flatMap((frame) => this.#take(frame))
    // A tail that was cut off is kept back: what we add would be read as a part of it.
    if (!this.#isAnswered()) return this.#break(controller)
    // The tail lacks its blank line, so the note goes before it.
    this.#finish(controller, [...this.#note(), ...tail])
  }

  /** The status is long sent: the dialect's own error event makes the client's SDK throw. */
  #break(controller: Controller): void {
    // All that can be told has come; only the connection did not end well.
    if (this.#isAnswered()) return this.#finish(controller, this.#note())
    const { dialect, requestId, source } = this.#deps
    const fenced = source.cut === 'hold_lost'
    const problem = fenced
      ? new Problem('StoreUnavailable', 'The request lost its hold and was stopped.')
      : source.cut === 'timeout'
        ? new Problem('UpstreamTimeout', 'The upstream fell silent mid-answer.')
        : new Problem('UpstreamFailed', 'The upstream broke off mid-answer.')
    this.#send(controller, [...this.#note(), problemFrame(problem, { dialect, requestId })])
    this.#settle(fenced ? 'fenced' : 'upstream_failed')
    this.#close(controller)
  }

  #finish(controller: Controller, bytes: readonly Uint8Array[]): void {
    this.#send(controller, bytes)
    this.#settle(this.#failed ? 'upstream_failed' : 'completed')
    this.#close(controller)
  }

  /** Whether the upstream has brought its answer to an end, or has said itself why not. */
  #isAnswered(): boolean {
    return this.#failed || this.#reader.finished()
  }

  /** The usage as a frame, the first time that it is asked for. */
  #note(): readonly Uint8Array[] {
    if (this.#noted) return []
    this.#noted = true
    const priced = this.#price()
    const note = usageNote(priced, this.#deps.remaining(priced.charge))
    return [usageFrame(note, this.#deps.asEvent)]
  }

  /** In one piece, because each costs the runtime the same; false when there was nothing to send. */
  #send(controller: Controller, parts: readonly Uint8Array[]): boolean {
    if (this.#leftAs !== null || parts.length === 0) return false
    const size = parts.reduce((sum, part) => sum + part.byteLength, 0)
    this.#bytesOut += size
    controller.enqueue(joinBytes(parts, size))
    return true
  }

  #close(controller: Controller): void {
    if (this.#leftAs === null) controller.close()
  }

  #price(): Priced {
    const whole = this.#reader.finished()
    const text = () => this.#reader.outputText()
    return chargeFor(this.#deps.call, { ...this.#reader.measured(), text, whole })
  }

  #settle(ended: Outcome['ended']): void {
    const measured = this.#reader.measured()
    // An error before anything was generated or billed is an upstream that refused, only later.
    const nothing =
      ended === 'upstream_failed' && measured.usage === null && this.#reader.outputText() === ''
    const charged = nothing ? null : this.#price()
    this.#deps.settle(charged, this.#leftAs ?? ended, this.#bytesOut, measured.modelServed)
  }
}
