/**
 * What the pipeline knows of an upstream's API: operations as data and pure functions. No fetch, no
 * clock, no streams: `forward.ts` owns those for every adapter alike.
 */
import type { DialectName } from '../problem/body.ts'
import type { JsonObject } from './json.ts'
import type { SseFrame } from './sse.ts'
import type { TokenizerFamily } from '../tokens/tokens.ts'
import type { Usage } from '../price/usage.ts'

/** Why a body is refused; `param` names the member (`messages[2].content`). Always a 4xx, never forwarded. */
export interface BadInput {
  readonly status: 400 | 422
  readonly detail: string
  readonly param: string | null
  /** For the error object of the dialect: what its SDK acts on. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** What a request asks for, as far as policy, prices and limits need to know. */
export interface Ask {
  /** As the client wrote it; null where the operation has none or the client left it to the default. */
  readonly model: string | null
  readonly stream: boolean
  /** The output cap that the client named, per choice; null when it named none. 0 for operations without output. */
  readonly outputCap: number | null
  /** The cap by which the API goes when none is named, where it has one. */
  readonly defaultOutput?: number
  /** The lowest cap that the API takes with this body, where that is above 1. */
  readonly leastOutput?: number
  /** Answers generated and billed: n, best_of, times the number of prompts. */
  readonly choices: number
  /** Never less than what the upstream can bill as input. */
  readonly inputUpperTokens: number
  /** The expected figure, charged when the upstream never tells. */
  readonly inputEstimateTokens: number
  /** True when audio may be billed on either side. */
  readonly audio: boolean
  /** Names of the function tools declared. */
  readonly tools: readonly string[]
}

export type Read =
  { readonly ok: true; readonly ask: Ask } | { readonly ok: false; readonly bad: BadInput }

/** What was decided, to be written into the body that goes upstream. */
export interface Decision {
  readonly model: string
  /** The granted cap per choice; null for operations without output. */
  readonly outputCap: number | null
  /** The tenant's own instructions, to stand before the client's; null when it has none. */
  readonly systemPrompt: string | null
}

/** What a reply or a finished stream told. */
export interface Measured {
  /** null when the upstream said nothing usable. */
  readonly usage: Usage | null
  /** The side of which it said nothing, though of the other; its count in `usage` is 0. */
  readonly untold?: 'input' | 'output'
  readonly modelServed: string | null
}

/** Follows one event stream. Pure state: bytes are decoded, and forwarded, elsewhere. */
export interface StreamReader {
  /**
   * Reads one event. `drop`: the client must not see it (it did not ask for the usage chunk).
   * `failed`: the upstream reported an error inside a 200 stream; the event is forwarded as it is.
   * `done`: the protocol's end mark.
   */
  read(frame: SseFrame): 'forward' | 'drop' | 'failed' | 'done'
  /**
   * True once the answer is known to be whole: the end mark came, or all that stands before it (some
   * compatible servers leave the mark out). A stream that ends earlier was broken off.
   */
  finished(): boolean
  /** What is known so far. */
  measured(): Measured
  /** Text generated so far, of every choice, for estimating when usage never comes; bounded. */
  outputText(): string
}

export interface Operation {
  /** Stable name, `chat.completions`; goes into ledger and metrics. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** Literal path below the upstream's base URL, with `{param}` segments. */
  readonly path: string
  /**
   * `generate` and `embed` are priced by tokens; `free` is forwarded uncharged (token counting);
   * `models` is answered by the gateway itself.
   */
  readonly kind: 'generate' | 'embed' | 'free' | 'models'
  /** The scope a credential needs. */
  readonly scope: 'llm' | 'models'
  /** Query members, as `name` or `name=value`, that a client may send though nothing of them is forwarded. */
  readonly ignoredQuery?: readonly string[]
  /** Strict reading: unknown members, stateful fields, wrong types and unmetered billables are refused. */
  read(body: JsonObject): Read
  /** What is asked once `write` puts these instructions in; null where the body has no place for any. */
  withSystemPrompt(ask: Ask, prompt: string): Ask | null
  /**
   * The body with `edit` applied to every text that a user sends: messages, prompts, results of tools;
   * no instructions, answers or definitions. null when a prompt is there that is no text (token ids).
   */
  editUserTexts(body: JsonObject, edit: (text: string) => string): JsonObject | null
  /** The body to send: what was validated, with all that was decided; metering switches set. */
  write(body: JsonObject, decision: Decision): JsonObject
  /** Usage from a whole JSON reply. */
  measure(reply: unknown): Measured
  /** Text generated in a whole JSON reply, for estimating. */
  outputText(reply: unknown): string
  /** For `stream: true`. */
  openStream(body: JsonObject): StreamReader
}

export interface ListedModel {
  readonly id: string
  readonly createdAtMs: number
}

export interface Adapter {
  readonly kind: string
  readonly dialect: DialectName
  /** By which an answer's tokens are estimated. */
  readonly tokenizer: TokenizerFamily
  /** Which section of the price table its models stand in, unless the configuration says otherwise. */
  readonly priceProvider: string
  readonly operations: readonly Operation[]
  /** What goes upstream of a request header of the client (`name` in lower case); null for nothing. */
  forwardHeader(name: string, value: string): string | null
  /** Headers that carry the upstream's credential and fixed protocol versions. */
  credentialHeaders(key: string): Readonly<Record<string, string>>
  /** True when this status and body say that the same request may succeed at another try. */
  isRetryable(status: number, body: unknown): boolean
  /** One model, and a list of them, in the words of this API. */
  model(model: ListedModel): unknown
  modelList(models: readonly ListedModel[]): unknown
}
