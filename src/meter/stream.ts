/**
 * An event stream on its way to the client: frames pass as they came while usage is read out of
 * them. Pulled by the client, so that a slow one slows the upstream and nothing piles up here. However
 * it ends (whole, broken, left by the client, cut), it is settled, and a broken one never ends clean.
 */
import type { MeterReading } from '../account/commands.ts'
import type { Clock } from '../clock.ts'
import type { Charge } from '../ledger/entry.ts'
import { Problem } from '../problem/problem.ts'
import type { DialectName, StreamReader } from '../upstream/adapter.ts'
import type { ByteSource } from '../upstream/attempt.ts'
import { problemFrame } from '../problem/respond.ts'
import type { Call } from '../upstream/route.ts'
import { chargeFor, type Priced } from './charge.ts'
import { usageFrame, usageNote } from './note.ts'
import { type SseFrame, SseScanner } from './sse.ts'
import type { Ended, Settle } from './stage.ts'

export interface StreamMeter {
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

export function meterStream(deps: StreamMeter): ReadableStream<Uint8Array> {
  const passage = new Passage(deps)
  return new ReadableStream<Uint8Array>({
    pull: (controller) => passage.pull(controller),
    cancel: () => passage.leave(),
  })
}

class Passage {
  readonly #deps: StreamMeter
  readonly #scanner = new SseScanner()
  readonly #reader: StreamReader
  #next: Uint8Array | null
  #bytesOut = 0
  #noted = false
  #failed = false

  constructor(deps: StreamMeter) {
    this.#deps = deps
    this.#reader = deps.call.operation.openStream(deps.call.body ?? {})
    this.#next = deps.first
    deps.checkpoint(() => this.#price().charge)
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      const chunk = await this.#read()
      if (chunk === 'broken') return this.#break(controller)
      if (chunk === null) return this.#end(controller)
      if (this.#send(controller, this.#scanner.feed(chunk))) return
    }
  }

  /** The client is gone: stop the upstream and settle what was seen, or read the rest for the exact usage. */
  async leave(): Promise<void> {
    const { source, call, clock, waitUntil } = this.#deps
    if (call.upstream.settings.on_disconnect === 'cancel') {
      this.#settle('client_left')
      await source.cancel()
      return
    }
    const stop = clock.after(MAX_DRAIN_MS, () => void source.cancel())
    waitUntil(
      this.#drain().finally(() => {
        stop()
        this.#settle('client_left')
      }),
    )
  }

  async #drain(): Promise<void> {
    for (;;) {
      const chunk = await this.#read()
      if (chunk === 'broken' || chunk === null) break
      for (const frame of this.#scanner.feed(chunk)) this.#reader.read(frame)
    }
    for (const frame of this.#scanner.end()) this.#reader.read(frame)
  }

  async #read(): Promise<Uint8Array | null | 'broken'> {
    const next = this.#next
    if (next !== null) {
      this.#next = null
      return next
    }
    try {
      return await this.#deps.source.next(this.#deps.call.upstream.settings.timeouts.idle_ms)
    } catch {
      return 'broken'
    }
  }

  /** Forwards frames; true when at least one byte went out. */
  #send(
    controller: ReadableStreamDefaultController<Uint8Array>,
    frames: readonly SseFrame[],
  ): boolean {
    let sent = false
    for (const frame of frames) {
      const verdict = this.#reader.read(frame)
      if (verdict === 'drop') continue
      if (verdict === 'done') this.#note(controller)
      if (verdict === 'failed') this.#failed = true
      this.#enqueue(controller, frame.bytes)
      sent = true
    }
    return sent
  }

  #end(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#send(controller, this.#scanner.end())
    if (!this.#reader.finished() && !this.#failed) return this.#break(controller)
    this.#note(controller)
    this.#settle(this.#failed ? 'upstream_failed' : 'completed')
    controller.close()
  }

  /** The status is long sent: the dialect's own error event makes the client's SDK throw. */
  #break(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { dialect, requestId, source } = this.#deps
    if (this.#reader.finished()) {
      // All that was asked for has come; only the connection did not end well.
      this.#note(controller)
      this.#settle('completed')
      controller.close()
      return
    }
    const fenced = source.cut === 'hold_lost'
    const problem = fenced
      ? new Problem('StoreUnavailable', 'The request lost its hold and was stopped.')
      : source.cut === 'timeout'
        ? new Problem('UpstreamTimeout', 'The upstream fell silent mid-answer.')
        : new Problem('UpstreamFailed', 'The upstream broke off mid-answer.')
    this.#note(controller)
    this.#enqueue(controller, problemFrame(problem, { dialect, requestId }))
    this.#settle(fenced ? 'fenced' : 'upstream_failed')
    controller.close()
  }

  #note(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#noted) return
    this.#noted = true
    const priced = this.#price()
    const note = usageNote(priced, this.#deps.remaining(priced.charge))
    this.#enqueue(controller, usageFrame(note, this.#deps.asEvent))
  }

  #enqueue(controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): void {
    this.#bytesOut += bytes.byteLength
    controller.enqueue(bytes)
  }

  #price(): Priced {
    const whole = this.#reader.finished()
    const text = () => this.#reader.outputText()
    return chargeFor(this.#deps.call, { ...this.#reader.measured(), text, whole })
  }

  #settle(ended: Ended): void {
    const measured = this.#reader.measured()
    // An error before anything was generated or billed is an upstream that refused, only later.
    const nothing =
      ended === 'upstream_failed' && measured.usage === null && this.#reader.outputText() === ''
    this.#deps.settle(nothing ? null : this.#price(), ended, this.#bytesOut, measured.modelServed)
  }
}
