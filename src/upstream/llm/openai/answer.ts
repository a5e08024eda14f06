/** Reads answers of chat and the older completions, whole or in chunks: both have `choices`. */
import type { SseFrame } from '../../sse.ts'
import type { Measured, StreamReader } from '../../adapter.ts'
import { isJsonArray } from '../../json.ts'
import { itemsOf, memberOf, stringIn } from '../../json-read.ts'
import { BoundedText } from '../bounded-text.ts'
import { generationUsage, openaiCounts } from './usage.ts'

export function measureAnswer(reply: unknown): Measured {
  const counts = openaiCounts().update(memberOf(reply, 'usage'))
  return { ...generationUsage(counts), modelServed: modelOf(reply) }
}

export function answerText(reply: unknown): string {
  const text = new BoundedText()
  for (const choice of choicesOf(reply) ?? []) addChoice(text, choice)
  return text.toString()
}

export function modelOf(reply: unknown): string | null {
  return stringIn(reply, 'model')
}

export interface StreamPlan {
  /** Answers that run side by side; each ends with a finish reason of its own. */
  readonly choices: number
  /** Whether the client itself asked for the chunk that tells the usage. */
  readonly usageWanted: boolean
}

export class AnswerStream implements StreamReader {
  readonly #plan: StreamPlan
  readonly #counts = openaiCounts()
  readonly #text = new BoundedText()
  readonly #finished = new Set<unknown>()
  #modelServed: string | null = null
  #ended = false

  constructor(plan: StreamPlan) {
    this.#plan = plan
  }

  read({ data }: SseFrame): 'forward' | 'drop' | 'failed' | 'done' {
    if (data === null) return 'forward'
    if (data.trim() === '[DONE]') {
      this.#ended = true
      return 'done'
    }
    const chunk = parseChunk(data)
    // The official SDK throws on any truthy member of that name.
    if (memberOf(chunk, 'error')) return 'failed'
    this.#modelServed = modelOf(chunk) ?? this.#modelServed
    const usage = memberOf(chunk, 'usage') ?? null
    if (usage !== null) this.#counts.update(usage)
    const choices = choicesOf(chunk)
    for (const choice of choices ?? []) {
      addChoice(this.#text, choice)
      const index = memberOf(choice, 'index') ?? 0
      // Several compatible servers say "" until there is a reason.
      if (stringIn(choice, 'finish_reason')) this.#finished.add(index)
    }
    // Only the chunk that we asked for: others without choices carry annotations and pass.
    const isUsageChunk = usage !== null && (choices ?? []).length === 0
    return isUsageChunk && !this.#plan.usageWanted ? 'drop' : 'forward'
  }

  finished(): boolean {
    return this.#ended || this.#finished.size >= this.#plan.choices
  }

  measured(): Measured {
    return { ...generationUsage(this.#counts), modelServed: this.#modelServed }
  }

  outputText(): string {
    return this.#text.toString()
  }
}

function parseChunk(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

function choicesOf(reply: unknown): readonly unknown[] | null {
  const choices = memberOf(reply, 'choices')
  return isJsonArray(choices) ? choices : null
}

/**
 * What a model generated for one choice. Compatible servers show its reasoning under one name, or the
 * same text under both.
 */
function addChoice(text: BoundedText, choice: unknown): void {
  text.add(memberOf(choice, 'text'))
  const message = memberOf(choice, 'delta') ?? memberOf(choice, 'message')
  text.add(memberOf(message, 'content'))
  text.add(memberOf(message, 'refusal'))
  text.add(stringIn(message, 'reasoning') ?? memberOf(message, 'reasoning_content'))
  text.add(memberOf(memberOf(message, 'audio'), 'transcript'))
  addCall(text, memberOf(message, 'function_call'))
  for (const call of itemsOf(memberOf(message, 'tool_calls'))) {
    addCall(text, memberOf(call, 'function'))
    addCall(text, memberOf(call, 'custom'))
  }
}

function addCall(text: BoundedText, call: unknown): void {
  for (const name of ['name', 'arguments', 'input']) text.add(memberOf(call, name))
}
