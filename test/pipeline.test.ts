// The whole way of a request, in this process: app, store adapter and account are the real ones.
import { describe, expect, it } from 'vitest'
import { ByteTap } from './support/fakes/byte-tap.ts'
import { FakeClock, never, watch } from './support/fakes/clock.ts'
import { openGateway } from './support/fakes/gateway.ts'
import { INPUT_RATE, MODEL, OUTPUT_RATE, reply } from './support/fakes/openai-wire.ts'
import { hang, json, refuseConnection, scriptedFetch } from './support/fakes/scripted-fetch.ts'

const answer = json(reply('hi there', 10, 5))

interface Told {
  readonly code: string
  readonly retryable: boolean
  readonly retry_after?: number
  readonly error: { readonly code: string | null }
}
const told = async (response: Response) => (await response.json()) as Told

describe('a request on the warm path', () => {
  it('costs exactly one store call before the upstream and one after it', async () => {
    let before = -1
    const gateway = openGateway({
      upstream: scriptedFetch((call) => {
        before = gateway.commands.length
        return answer(call)
      }),
    })
    const { id, key } = await gateway.makeTenant()
    await gateway.chat(key)
    await gateway.quiet()

    const start = gateway.commands.length
    const response = await gateway.chat(key)
    expect(response.status).toBe(200)
    await gateway.quiet()
    expect(before - start).toBe(1)
    expect(gateway.types(start)).toEqual(['admit', 'settle'])
    expect(await gateway.account(id)).toMatchObject({ live: 0, held: 0 })
  })

  it('is charged to the nano-USD for what the upstream reports', async () => {
    const gateway = openGateway({ upstream: scriptedFetch(answer) })
    const { id, key } = await gateway.makeTenant()
    const response = await gateway.chat(key)
    await gateway.quiet()
    const nanoUsd = 10 * INPUT_RATE + 5 * OUTPUT_RATE
    const { totals } = await gateway.account(id)
    expect(totals).toEqual({ requests: 1, refused: 0, inputTokens: 10, outputTokens: 5, nanoUsd })
    const note = JSON.parse(response.headers.get('tollgate-usage') ?? '') as object
    expect(note).toMatchObject({ input_tokens: 10, output_tokens: 5, cost_usd: '0.0000045' })
    expect(await response.json()).toEqual(reply('hi there', 10, 5))
  })

  it('asks the upstream with the granted cap and the platform key, and nothing of the client', async () => {
    const gateway = openGateway({ upstream: scriptedFetch(answer) })
    const { key } = await gateway.makeTenant()
    await gateway.chat(
      key,
      { max_tokens: 7 },
      { cookie: 'a=b', 'x-forwarded-for': '10.0.0.1', 'openai-organization': 'org-of-client' },
    )
    const [call] = gateway.upstream.calls
    expect(call?.url).toBe('https://api.upstream.test/v1/chat/completions')
    expect(JSON.parse(call?.body ?? '')).toMatchObject({ model: MODEL, max_tokens: 7 })
    expect(call?.redirect).toBe('manual')
    expect(Object.fromEntries(call?.headers ?? [])).toEqual({
      'accept-encoding': 'identity',
      authorization: 'Bearer sk-upstream-canary',
      'content-type': 'application/json',
    })
  })
})

describe('a change by the control plane', () => {
  async function warm() {
    const gateway = openGateway({ upstream: scriptedFetch(answer) })
    const { id, key } = await gateway.makeTenant()
    expect((await gateway.chat(key)).status).toBe(200)
    await gateway.quiet()
    return { gateway, id, key, served: gateway.upstream.calls.length }
  }

  it('revokes a key for the very next request', async () => {
    const { gateway, id, key, served } = await warm()
    const listed = await gateway.admin('GET', `/tenants/${id}/keys`)
    const { keys } = (await listed.json()) as { keys: { id: string }[] }
    await gateway.admin('DELETE', `/tenants/${id}/keys/${keys[0]?.id ?? ''}`)
    const response = await gateway.chat(key)
    expect(response.status).toBe(401)
    expect(gateway.upstream.calls).toHaveLength(served)
  })

  it('suspends a tenant for the very next request, and lets it in again for the next one', async () => {
    const { gateway, id, key, served } = await warm()
    await gateway.admin('POST', `/tenants/${id}/suspend`)
    const refused = await gateway.chat(key)
    expect([refused.status, (await told(refused)).code]).toEqual([403, 'TenantSuspended'])
    expect(gateway.upstream.calls).toHaveLength(served)
    await gateway.admin('POST', `/tenants/${id}/reactivate`)
    // The refusal from memory asks the store first, and finds that its cause is gone.
    expect((await gateway.chat(key)).status).toBe(200)
  })

  it('lowers a limit for the very next request', async () => {
    const { gateway, id, key, served } = await warm()
    await gateway.admin('PATCH', `/tenants/${id}`, { limits: { requests_per_minute: 0 } })
    const refused = await gateway.chat(key)
    expect([refused.status, (await told(refused)).code]).toEqual([429, 'RateLimited'])
    expect(gateway.upstream.calls).toHaveLength(served)
  })

  it('that never stops is a 503 to come again after, not an error of ours', async () => {
    const { gateway, id, key, served } = await warm()
    let round = 0
    gateway.setBetween(async (command, run) => {
      if (command.type === 'admit') {
        round += 1
        await gateway.admin('PATCH', `/tenants/${id}`, { name: `name ${round}` })
      }
      return run()
    })
    const response = await gateway.chat(key)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(round).toBe(5)
    expect(gateway.upstream.calls).toHaveLength(served)
  })
})

describe('a store that does not answer', () => {
  async function cut(type: 'admit' | 'load') {
    const clock = new FakeClock()
    const gateway = openGateway({ upstream: scriptedFetch(answer), clock })
    const tenant = await gateway.makeTenant()
    if (type === 'admit') await gateway.chat(tenant.key)
    await gateway.quiet()
    return { clock, gateway, ...tenant, served: gateway.upstream.calls.length }
  }

  it('is waited for 1 s, then told as 503 with Retry-After, with no upstream call', async () => {
    for (const type of ['admit', 'load'] as const) {
      const { clock, gateway, key, served } = await cut(type)
      gateway.setBetween((command, run) => (command.type === type ? never() : run()))
      const start = gateway.commands.length
      const waiting = gateway.chat(key)
      const watched = watch(waiting)
      await gateway.until(() => gateway.commands.length > start)
      await clock.advance(999)
      expect(watched.fate.state).toBe('pending')
      await clock.advance(1)
      const response = await waiting
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('1')
      expect((await told(response)).code).toBe('StoreUnavailable')
      expect(gateway.upstream.calls).toHaveLength(served)
    }
  })

  it('gets an abandonment of the admission whose answer was lost, which leaves nothing held', async () => {
    const { gateway, id, key, served } = await cut('admit')
    gateway.setBetween(async (command, run) => {
      const done = await run()
      if (command.type === 'admit') throw new Error('the answer is lost')
      return done
    })
    const start = gateway.commands.length
    expect((await gateway.chat(key)).status).toBe(503)
    await gateway.quiet()
    expect(gateway.types(start)).toEqual(['admit', 'abandon'])
    const { live, held, totals } = await gateway.account(id)
    expect([live, held, totals.requests]).toEqual([0, 0, 1])
    expect(gateway.upstream.calls).toHaveLength(served)
    const last = (await gateway.ledger(id)).at(-1)
    expect(last).toMatchObject({ kind: 'abandoned', charge: { nanoUsd: 0 } })
  })

  it('is spared while it is down: a request that is not sent to it leaves nothing to abandon', async () => {
    const { clock, gateway, key } = await cut('admit')
    gateway.setBetween(() => Promise.reject(new Error('down')))
    for (let at = 0; at < 3; at++) expect((await gateway.chat(key)).status).toBe(503)
    await clock.advance(60_000)
    await gateway.quiet()
    const start = gateway.commands.length
    // The clock stands: the probe is the first of them.
    const answers = await Promise.all([1, 2, 3].map(() => gateway.chat(key)))
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
    expect(answers[2]?.headers.get('retry-after')).not.toBeNull()
    await clock.advance(60_000)
    await gateway.quiet()
    expect(gateway.types(start).filter((type) => type === 'admit')).toHaveLength(1)
    expect(
      new Set(gateway.commands.slice(start).map((sent) => 'holdId' in sent && sent.holdId)).size,
    ).toBe(1)
  })

  it('is asked again until it takes the abandonment, while it is down', async () => {
    const { clock, gateway, id, key } = await cut('admit')
    let down = true
    gateway.setBetween((_, run) => (down ? Promise.reject(new Error('down')) : run()))
    expect((await gateway.chat(key)).status).toBe(503)
    await clock.advance(1_000)
    down = false
    await clock.advance(4_000)
    await gateway.quiet()
    expect(gateway.types().at(-1)).toBe('abandon')
    expect(await gateway.account(id)).toMatchObject({ live: 0, held: 0 })
    expect(clock.pending).toBe(0)
  })

  it('is settled with once in effect, however often the answer to the settlement is lost', async () => {
    const { clock, gateway, id, key } = await cut('admit')
    let lost = 3
    gateway.setBetween(async (command, run) => {
      const done = await run()
      if (command.type === 'settle' && lost-- > 0) throw new Error('the answer is lost')
      return done
    })
    const start = gateway.commands.length
    expect((await gateway.chat(key)).status).toBe(200)
    await clock.advance(10_000)
    await gateway.quiet()
    expect(gateway.types(start)).toEqual(['admit', 'settle', 'settle', 'settle', 'settle'])
    const { live, totals } = await gateway.account(id)
    expect([live, totals.requests, totals.inputTokens]).toEqual([0, 2, 20])
  })
})

describe('an upstream that fails before its first byte', () => {
  it('gives everything back, and leaves no timer', async () => {
    for (const failing of [refuseConnection, json({ error: { message: 'no' } }, 500)]) {
      const clock = new FakeClock()
      const gateway = openGateway({ upstream: scriptedFetch(failing), clock })
      const { id, key } = await gateway.makeTenant()
      const waiting = gateway.chat(key)
      await gateway.until(() => gateway.upstream.calls.length === 1)
      await clock.advance(5_000)
      const response = await waiting
      expect(response.status).toBe(502)
      await gateway.quiet()
      expect(gateway.upstream.calls).toHaveLength(3)
      const { live, held, totals } = await gateway.account(id)
      expect([live, held, totals.nanoUsd]).toEqual([0, 0, 0])
      expect(clock.pending).toBe(0)
    }
  })

  it('in the midst of a reply is charged its input, by one settlement', async () => {
    const tap = new ByteTap().push('{"choices":')
    const upstream = scriptedFetch(() => new Response(tap.stream))
    const gateway = openGateway({ upstream })
    const { id, key } = await gateway.makeTenant()
    const start = gateway.commands.length
    const waiting = gateway.chat(key)
    await gateway.until(() => upstream.calls.length === 1)
    await gateway.clock.advance(0)
    tap.fail()
    expect((await waiting).status).toBe(502)
    await gateway.quiet()
    expect(gateway.types(start)).toEqual(['load', 'admit', 'settle'])
    const { live, totals } = await gateway.account(id)
    expect([live, totals.outputTokens, totals.nanoUsd > 0]).toEqual([0, 0, true])
  })

  it('is cut when its hold is lost, and the caller told to come again', async () => {
    const clock = new FakeClock()
    const gateway = openGateway({ upstream: scriptedFetch(hang), clock })
    const { id, key } = await gateway.makeTenant()
    const waiting = gateway.chat(key)
    await gateway.until(() => gateway.upstream.calls.length === 1)
    gateway.setBetween((command, run) =>
      command.type === 'renew' ? Promise.reject(new Error('down')) : run(),
    )
    await clock.advance(54_999)
    expect(gateway.upstream.calls[0]?.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(gateway.upstream.calls[0]?.signal.aborted).toBe(true)
    expect((await waiting).status).toBe(503)
    await gateway.quiet()
    expect(await gateway.account(id)).toMatchObject({ live: 0, held: 0 })
    expect(clock.pending).toBe(0)
  })
})

describe('what the gateway logs', () => {
  it('names no credential and no text, whatever fails', async () => {
    const gateway = openGateway({ upstream: scriptedFetch(refuseConnection) })
    const { key } = await gateway.makeTenant()
    const clock = gateway.clock
    const waiting = gateway.chat(key, {
      messages: [{ role: 'user', content: 'prompt-canary' }],
    })
    await gateway.until(() => gateway.upstream.calls.length === 1)
    await clock.advance(5_000)
    expect((await waiting).status).toBe(502)
    gateway.setBetween(() => Promise.reject(new Error(`command with ${key} and prompt-canary`)))
    expect((await gateway.chat(key)).status).toBe(503)
    await clock.advance(30_000)
    await gateway.quiet()
    expect(gateway.lines.length).toBeGreaterThanOrEqual(2)
    const logged = gateway.lines.join('\n')
    for (const secret of [key, 'sk-upstream-canary', 'admin-token-canary', 'prompt-canary']) {
      expect(logged).not.toContain(secret)
    }
  })
})
