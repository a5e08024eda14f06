import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyUsage } from '../../../src/price/usage.ts'
import type { Operation } from '../../../src/upstream/adapter.ts'
import { ADAPTERS, adapterOf } from '../../../src/upstream/registry.ts'
import { ANSWERS, type AnswerFixture } from './fixtures.ts'
import { readAll, received } from '../received.ts'

const adapters = Object.values(ADAPTERS)

const messages = [{ role: 'user', content: 'x' }]
const VALID_BODIES: Readonly<Record<string, object>> = {
  'chat.completions': { messages },
  completions: { prompt: 'x' },
  embeddings: { input: 'x' },
  messages: { messages, max_tokens: 1 },
  'messages.count_tokens': { messages },
}

function operationOf({ adapter, operation }: AnswerFixture): Operation {
  const found = adapterOf(adapter).operations.find(({ name }) => name === operation)
  if (found === undefined) throw new Error(`no operation ${operation}`)
  return found
}

describe.each(ANSWERS)('$title', (fixture) => {
  const operation = operationOf(fixture)
  const measured = {
    usage: { ...emptyUsage('provider'), ...fixture.usage },
    modelServed: fixture.modelServed,
  }

  it('is measured the same whole and as a stream', () => {
    const reader = operation.openStream(received(fixture.body))
    readAll(reader, fixture.stream)
    expect(operation.measure(fixture.reply)).toEqual(measured)
    expect(reader.measured()).toEqual(measured)
  })

  it('shows the same text both ways', () => {
    const reader = operation.openStream(received(fixture.body))
    readAll(reader, fixture.stream)
    expect(operation.outputText(fixture.reply)).toBe(fixture.text)
    expect(reader.outputText()).toBe(fixture.text)
  })

  it('ends finished, with the end mark last and no more than one event left out', () => {
    const reader = operation.openStream(received(fixture.body))
    const verdicts = readAll(reader, fixture.stream)
    expect(reader.finished()).toBe(true)
    expect(verdicts.at(-1)).toBe('done')
    expect(verdicts.slice(0, -1).filter((each) => each !== 'forward' && each !== 'drop')).toEqual(
      [],
    )
    expect(verdicts.filter((each) => each === 'drop').length).toBeLessThanOrEqual(1)
  })

  it('is finished only once the model gave its reason to stop, wherever it is cut', () => {
    const frames = fixture.stream.split(/(?<=\n\n)/)
    for (let kept = 0; kept < frames.length; kept += 1) {
      const reader = operation.openStream(received(fixture.body))
      readAll(reader, frames.slice(0, kept).join(''))
      reader.measured()
      const ended = /"finish_reason":"|"stop_reason":"/.test(frames.slice(0, kept).join(''))
      expect(reader.finished(), `after ${kept} frames`).toBe(ended)
    }
  })
})

describe.each(adapters.map((adapter) => ({ kind: adapter.kind, adapter })))(
  'the adapter $kind',
  ({ kind, adapter }) => {
    it('is found by its kind, and names each operation and each route once', () => {
      expect(ADAPTERS).toHaveProperty(kind, adapter)
      const names = adapter.operations.map(({ name }) => name)
      const routes = adapter.operations.map(({ method, path }) => `${method} ${path}`)
      expect(new Set(names).size).toBe(names.length)
      expect(new Set(routes).size).toBe(routes.length)
    })

    it('has a fixture for each operation that generates', () => {
      const generating = adapter.operations.filter((each) => each.kind === 'generate')
      const covered = new Set(
        ANSWERS.filter((each) => each.adapter === kind).map((each) => each.operation),
      )
      expect(generating.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
    })

    it('refuses an empty body, and any member that the API does not have', () => {
      for (const operation of adapter.operations.filter(({ method }) => method === 'POST')) {
        expect(operation.read({})).toMatchObject({ ok: false, bad: { status: 400 } })
        const valid = received(VALID_BODIES[operation.name])
        expect(operation.read(valid)).toMatchObject({ ok: true })
        for (const unknown of ['tenant_id', 'extra_body', '$schema', 'Model', 'toString']) {
          expect(operation.read({ ...valid, [unknown]: 1 })).toMatchObject({
            ok: false,
            bad: { status: 400, param: unknown },
          })
        }
      }
    })

    it('never throws on a body, whatever its members hold', () => {
      const names =
        'messages model input prompt system tools thinking stream stream_options content'
      const item = fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record({ role: fc.constantFrom('user', 'assistant', 'tool'), content: fc.jsonValue() }),
        fc.record({ type: fc.constantFrom('text', 'image', 'function'), text: fc.jsonValue() }),
      )
      const value = fc.oneof(item, fc.array(item, { maxLength: 3 }))
      const body = fc.dictionary(fc.constantFrom(...names.split(' ')), value)
      for (const operation of adapter.operations) {
        fc.assert(
          fc.property(body, (members) => {
            const parsed = JSON.stringify({ ...VALID_BODIES[operation.name], ...members })
            if (!parsed.includes('__proto__')) operation.read(received(parsed))
          }),
          { numRuns: 200 },
        )
      }
    })

    it('takes nothing from a reply that is not what it should be, and never throws', () => {
      const strange = [
        null,
        0,
        '',
        [],
        {},
        { usage: [] },
        { choices: 'x', content: 'y', usage: 'z' },
      ]
      for (const operation of adapter.operations) {
        for (const reply of strange) {
          expect(operation.measure(reply)).toEqual({ usage: null, modelServed: null })
          expect(operation.outputText(reply)).toBe('')
        }
      }
    })

    it('lets no header of the client pass by its name alone', () => {
      const names =
        'authorization x-api-key cookie openai-organization openai-project openai-beta ' +
        'anthropic-beta anthropic-version x-forwarded-for idempotency-key x-stainless-lang'
      const passed = names.split(' ').filter((name) => adapter.forwardHeader(name, 'x') !== null)
      expect(passed).toEqual([])
    })
  },
)
