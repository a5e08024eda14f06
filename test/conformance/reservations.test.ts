import { Buffer } from 'node:buffer'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { chat, messages, post } from '../support/call-gateway.ts'
import { crowd } from '../support/crowd.ts'
import { useGateway } from '../support/stage-set.ts'
import { scripted } from '../support/upstream-script.ts'

const set = useGateway()

const Overage = z.object({ tokens: z.literal(0), cost_usd: z.literal('0.00') })

/** Each is a value that JSON can hold; the ones that JavaScript cannot are written as raw text. */
const CAPS = [
  'null', '0', '1', '7', '-1', '-0', '1.5', '7.0', '1e1', '1e309', '1e-9', '"10"', 'true', '[10]', '{}',
  '9007199254740993', '18446744073709551616', '999999999', '100000000000000000000', '16385',
] // prettier-ignore
const COUNTS = [
  'null',
  '0',
  '1',
  '2',
  '3',
  '-1',
  '1.5',
  '"2"',
  '128',
  '129',
  '1e309',
  'true',
  '[2]',
]

/** Bodies as text: the last of two equal names would be a body of its own kind. */
function bodies(): { path: string; body: string; id: string }[] {
  const made: { path: string; body: string; id: string }[] = []
  const add = (path: string, model: string, members: string): void => {
    const id = `reserve-${made.length}`
    const prompt = JSON.stringify(scripted({ id, input: 5, output: 400 }))
    const said =
      path === '/v1/completions'
        ? `"prompt":${prompt}`
        : `"messages":[{"role":"user","content":${prompt}}]`
    made.push({
      path,
      id,
      body: `{"model":"${model}",${said}${members === '' ? '' : `,${members}`}}`,
    })
  }
  for (const cap of CAPS) {
    for (const member of ['max_tokens', 'max_completion_tokens']) {
      add('/v1/chat/completions', 'gpt-4o-mini', `"${member}":${cap}`)
    }
    add('/v1/chat/completions', 'gpt-4o-mini', `"max_tokens":5,"max_completion_tokens":${cap}`)
    add('/v1/chat/completions', 'gpt-4o-mini', `"max_tokens":${cap},"max_completion_tokens":5`)
    add('/v1/chat/completions', 'gpt-4o-mini', `"max_tokens":${cap},"n":3`)
    add('/v1/completions', 'gpt-3.5-turbo-instruct', `"max_tokens":${cap}`)
    add('/anthropic/v1/messages', 'claude-haiku-4-5', `"max_tokens":${cap}`)
  }
  for (const count of COUNTS) {
    add('/v1/chat/completions', 'gpt-4o-mini', `"max_tokens":20,"n":${count}`)
    add('/v1/chat/completions', 'gpt-4o-mini', `"n":${count}`)
    add('/v1/completions', 'gpt-3.5-turbo-instruct', `"max_tokens":20,"n":${count}`)
    add('/v1/completions', 'gpt-3.5-turbo-instruct', `"max_tokens":20,"best_of":${count}`)
    add('/v1/completions', 'gpt-3.5-turbo-instruct', `"max_tokens":20,"n":2,"best_of":${count}`)
  }
  add('/v1/chat/completions', 'gpt-4o-mini', '')
  add('/v1/completions', 'gpt-3.5-turbo-instruct', '')
  add('/anthropic/v1/messages', 'claude-haiku-4-5', '')
  add('/v1/chat/completions', 'gpt-4o-mini', '"max_tokens":5,"max_tokens":500')
  add('/v1/chat/completions', 'gpt-4o-mini', '"max_tokens":5,"max_token\\u0073":500')
  return made
}

const all = bodies()

describe(`output caps and multipliers, ${all.length} bodies`, () => {
  it('has at least 200 of them', () => {
    expect(all.length).toBeGreaterThanOrEqual(200)
  })

  it('each is refused as malformed, or held for at least what it came to cost', async () => {
    const { url, admin } = set.gateway
    const { id: tenant, key } = await admin.createTenant()
    const answers = await crowd(all.length, 8, async (index) => {
      const { path, body, id } = all[index]!
      const headers = { authorization: `Bearer ${key}` }
      const answer = await post(`${url}${path}`, { headers, body })
      await answer.text()
      return { id, body, status: answer.status }
    })
    const served = answers.filter(({ status }) => status === 200)
    expect(answers.filter(({ status }) => ![200, 400, 422].includes(status))).toEqual([])
    expect(served.length).toBeGreaterThan(20)
    for (const { id, status } of answers) {
      expect(set.upstream.log.of(id)).toHaveLength(status === 200 ? 1 : 0)
    }
    const entries = await admin.settled(tenant, served.length)
    for (const entry of entries) expect(entry['overage']).toEqual(Overage.parse(entry['overage']))
  }, 60_000)
})

const WORDS = 'the quick brown fox jumps over a lazy dog and then rests '
const SAMPLES: [name: string, text: string][] = [
  ['English', WORDS.repeat(60)],
  ['German', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen übersetzt '.repeat(30)],
  ['Chinese', '天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏'.repeat(40)],
  ['Japanese', '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。'.repeat(30)],
  ['Korean', '동해물과 백두산이 마르고 닳도록 하느님이 보우하사 우리나라 만세 '.repeat(30)],
  ['Arabic', 'بسم الله الرحمن الرحيم الحمد لله رب العالمين '.repeat(40)],
  ['Hindi', 'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता '.repeat(30)],
  ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈🧑🏽‍🚀🇨🇭 '.repeat(60)],
  [
    'base64',
    Buffer.from(Array.from({ length: 1500 }, (_, at) => (at * 167) % 251)).toString('base64'),
  ],
  ['numbers', Array.from({ length: 400 }, (_, at) => (at * 0.618).toFixed(9)).join(',')],
  ['identifiers', Array.from({ length: 60 }, (_, at) => `${at}f3a-9c7${at}-4b${at}e`).join(' ')],
  ['code', 'for (let i=0;i<n;i++){a[i]??=b.c?.d||!e&&~f}\n'.repeat(40)],
  ['punctuation', '!@#$%^&*()_+-=[]{}|;:\'",.<>/?`~ '.repeat(40)],
  ['white space', ' \n\t \n\n   \t\t'.repeat(200)],
  ['control characters', '\u0001\u0002\u0007\u001b[0m'.repeat(100)],
  ['rare scripts', 'ሰላም ለዓለም ᚠᛇᚻ ꦲꦏ꧀ 𐎠𐎡 '.repeat(60)],
]

describe('the input of a request is held at no less than a real tokenizer counts', () => {
  it.each(SAMPLES)('%s', async (_, text) => {
    const { url, admin } = set.gateway
    const { id, key } = await admin.createTenant()
    // What the directive says is part of what is counted: repeated until both agree.
    let input = 0
    const prompt = (): string => `${text} ${scripted({ input, output: 50 })}`
    for (let counted = -1; counted !== input; counted = 3 + 3 + countTokens(prompt())) {
      if (counted >= 0) input = counted
    }
    const body = { messages: [{ role: 'user', content: prompt() }] }
    for (const ask of [chat, messages]) expect((await ask(url, key, { body })).status).toBe(200)
    for (const entry of await admin.settled(id, 2)) {
      expect(entry).toMatchObject({ input_tokens: input, output_tokens: 50 })
      expect(entry['overage']).toEqual(Overage.parse(entry['overage']))
    }
  })
})
