// How the tests' upstream is told to misbehave: a directive in the text of the request itself, so
// that it passes through any gateway, header rules and all.
import * as z from 'zod'

export const Script = z.strictObject({
  /** Finds the calls of one test in the upstream's log; also counts the attempts. */
  id: z.string().default(''),
  /** Input tokens billed; absent: one for each word of the request's texts. */
  input: z.int().min(0).optional(),
  /** Output tokens that it wants to say; the cap of the request cuts them. */
  output: z.int().min(0).default(5),
  ignoreCap: z.boolean().default(false),
  /** The text of each output token. */
  piece: z.string().default('word '),
  /** An HTTP error instead of an answer. */
  status: z.int().optional(),
  /** Only the first so many attempts of this id get `status`. */
  failures: z.int().optional(),
  errorText: z.string().default('the upstream says no'),
  headers: z.record(z.string(), z.string()).default({}),
  /** Where it stops for good, with the connection open. */
  hang: z.enum(['before headers', 'after headers']).optional(),
  hangAfter: z.int().optional(),
  delayMs: z.int().default(0),
  /** Pause before each piece. */
  paceMs: z.int().default(0),
  /** How the bytes of a stream are cut into writes. */
  chunks: z.enum(['frames', 'whole', 'bytes', 'random']).default('frames'),
  seed: z.int().default(1),
  lineEnd: z.enum(['\n', '\r\n', '\r']).default('\n'),
  /** Comment lines among the frames. */
  comments: z.boolean().default(false),
  /** Whether the stream's end mark comes. */
  done: z.boolean().default(true),
  afterDone: z.string().default(''),
  /** Frames after which the connection is destroyed. */
  breakAfter: z.int().optional(),
  /** Frames after which the body ends as if that were all. */
  endAfter: z.int().optional(),
  /** Pieces after which an error event ends the stream. */
  errorAfter: z.int().optional(),
  /** Members laid over the true usage; `null` for no usage at all. */
  usage: z.record(z.string(), z.unknown()).nullable().default({}),
  /** Bytes that are not UTF-8 inside a piece. */
  invalidUtf8: z.boolean().default(false),
  /** One more piece of this many characters. */
  hugePiece: z.int().default(0),
  /** The model that the reply names. */
  served: z.string().optional(),
  /** A body that is sent as it is, instead of the reply. */
  rawBody: z.string().optional(),
})
export type Script = z.infer<typeof Script>
/** As a test writes it. */
export type ScriptInput = z.input<typeof Script>

const MARK = '#script:'

/** The directive as text for a prompt. */
export function scripted(script: ScriptInput, words = 'say something'): string {
  return `${words} ${MARK}${JSON.stringify(script)}`
}

/** The first directive in any of the texts; the plain behaviour when there is none. */
export function findScript(texts: readonly string[]): Script {
  const text = texts.find((each) => each.includes(MARK))
  return Script.parse(
    text === undefined ? {} : JSON.parse(text.slice(text.indexOf(MARK) + MARK.length)),
  )
}
