import { describe, expect, it } from 'vitest'
import { NO_CHARGE } from '../../src/ledger/entry.ts'
import { chargeFor, chargeForSent, type Seen } from '../../src/meter/charge.ts'
import { estimateTokens } from '../../src/tokens/tokens.ts'
import { emptyUsage } from '../../src/price/usage.ts'
import { testCall, testUpstream } from '../support/fakes/call.ts'
import { INPUT_RATE, MODEL, OUTPUT_RATE } from '../support/fakes/openai-wire.ts'

const call = testCall()
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(4)
const ESTIMATE = estimateTokens(TEXT)

function seen(changes: Partial<Seen> = {}): Seen {
  return { usage: null, modelServed: MODEL, text: () => TEXT, whole: true, ...changes }
}
const reported = { ...emptyUsage('provider'), inputTokens: 10, outputTokens: 5 }

describe('a charge', () => {
  it('is what the provider reports for a whole answer, without looking at the text', () => {
    const text = () => {
      throw new Error('not needed')
    }
    const { charge, usage } = chargeFor(call, seen({ usage: reported, text }))
    const nanoUsd = 10 * INPUT_RATE + 5 * OUTPUT_RATE
    expect(charge).toEqual({ inputTokens: 10, outputTokens: 5, nanoUsd })
    expect(usage.source).toBe('provider')
  })

  it('is estimated from the text and the request where the provider tells nothing', () => {
    const { charge, usage } = chargeFor(call, seen())
    expect(usage.source).toBe('estimated')
    expect(charge).toEqual({
      inputTokens: 20,
      outputTokens: ESTIMATE,
      nanoUsd: 20 * INPUT_RATE + ESTIMATE * OUTPUT_RATE,
    })
  })

  it('for a part of an answer takes the larger of what was told and what was seen', () => {
    const part = seen({ usage: reported, whole: false })
    expect(chargeFor(call, part).usage).toMatchObject({
      source: 'partial',
      inputTokens: 10,
      outputTokens: ESTIMATE,
    })
    const longer = seen({ usage: { ...reported, outputTokens: 9_999 }, whole: false })
    expect(chargeFor(call, longer).charge.outputTokens).toBe(9_999)
  })

  it("is estimated by the tokenizer of the upstream's models", () => {
    const upstream = testUpstream({ kind: 'anthropic' })
    const claude = testCall({ upstream, operation: 'messages', model: 'claude-haiku-4-5' })
    const text = () => '東京都は日本の首都です。'
    const part = seen({ usage: reported, whole: false, text })
    expect(chargeFor(call, part).charge.outputTokens).toBe(estimateTokens(text(), 'openai'))
    expect(chargeFor(claude, part).charge.outputTokens).toBe(estimateTokens(text(), 'anthropic'))
    expect(estimateTokens(text(), 'anthropic')).toBeGreaterThan(estimateTokens(text(), 'openai'))
  })

  it('takes the one side that was told, and estimates the other alone', () => {
    const input = { ...reported, outputTokens: 0 }
    for (const whole of [true, false]) {
      expect(chargeFor(call, seen({ usage: input, untold: 'output', whole })).usage).toMatchObject({
        source: 'partial',
        inputTokens: 10,
        outputTokens: ESTIMATE,
      })
    }
    const output = { ...reported, inputTokens: 0 }
    expect(chargeFor(call, seen({ usage: output, untold: 'input' })).usage).toMatchObject({
      source: 'partial',
      inputTokens: 20,
      outputTokens: 5,
    })
    const cached = { ...reported, inputTokens: 70, cacheReadTokens: 70 }
    expect(chargeFor(call, seen({ usage: cached, untold: 'input' })).charge.inputTokens).toBe(70)
  })

  it('is at the price of the model that served, where that has one', () => {
    const usage = reported
    const dearer = chargeFor(call, seen({ usage, modelServed: 'gpt-4o' }))
    expect(dearer.charge.nanoUsd).toBe(10 * 2_500 + 5 * 10_000)
    const unknown = chargeFor(call, seen({ usage, modelServed: 'a-model-of-nobody' }))
    expect(unknown.charge.nanoUsd).toBe(10 * INPUT_RATE + 5 * OUTPUT_RATE)
    const embedding = chargeFor(call, seen({ usage, modelServed: 'text-embedding-3-small' }))
    expect(embedding.charge.nanoUsd).toBe(10 * INPUT_RATE + 5 * OUTPUT_RATE)
    const untold = chargeFor(call, seen({ usage, modelServed: null }))
    expect(untold.charge.nanoUsd).toBe(10 * INPUT_RATE + 5 * OUTPUT_RATE)
  })

  it('counts no output where the operation makes none', () => {
    const embed = testCall({ operation: 'embeddings', model: 'text-embedding-3-small' })
    const { charge } = chargeFor(embed, seen())
    expect([charge.inputTokens, charge.outputTokens]).toEqual([20, 0])
    expect(charge.nanoUsd).toBeGreaterThan(0)
  })

  it('is nothing for a free operation, though its model has a price', () => {
    const free = testCall({
      upstream: testUpstream({ kind: 'anthropic' }),
      operation: 'messages.count_tokens',
      model: 'claude-haiku-4-5',
    })
    expect(free.price).not.toBeNull()
    expect(chargeFor(free, seen({ usage: reported })).charge).toEqual(NO_CHARGE)
    expect(chargeForSent(free).charge).toEqual(NO_CHARGE)
  })

  it('for what was only sent is the expected input', () => {
    expect(chargeForSent(call).charge).toEqual({
      inputTokens: 20,
      outputTokens: 0,
      nanoUsd: 20 * INPUT_RATE,
    })
  })
})
