// Streams on the whole way of a request: what the client gets, and what the account says afterwards.
import { describe, expect, it } from 'vitest'
import { ByteTap, drainText } from './support/fakes/byte-tap.ts'
import { testUpstream } from './support/fakes/call.ts'
import { never } from './support/fakes/clock.ts'
import { openGateway } from './support/fakes/gateway.ts'
import { DONE, piece, wholeStream } from './support/fakes/openai-wire.ts'
import { json, scriptedFetch, streaming } from './support/fakes/scripted-fetch.ts'

async function open(onDisconnect: 'cancel' | 'drain' = 'cancel') {
  const tap = new ByteTap()
  const upstream = scriptedFetch(streaming(tap))
  const upstreams = [testUpstream({ on_disconnect: onDisconnect })]
  const gateway = openGateway({ upstream, upstreams })
  const tenant = await gateway.makeTenant()
  tap.push(piece('some words'))
  const response = await gateway.chat(tenant.key, { stream: true })
  if (response.body === null) throw new Error('an answer without a body')
  const body = response.body as ReadableStream<Uint8Array>
  return { tap, gateway, response, body, clock: gateway.clock, ...tenant }
}

describe('a stream', () => {
  it('holds its reservation while it runs and is charged once, exactly, at its end', async () => {
    const { tap, gateway, response, body, clock, id } = await open()
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const running = await gateway.account(id)
    expect([running.live, running.held > 0, running.totals.nanoUsd]).toEqual([1, true, 0])
    tap.push(wholeStream([], 10, 2)).end()
    const text = await drainText(body)
    expect(text.endsWith(DONE)).toBe(true)
    expect(text).toContain(': tollgate-usage {"input_tokens":10,"output_tokens":2')
    await gateway.quiet()
    expect(await gateway.account(id)).toMatchObject({
      live: 0,
      held: 0,
      totals: { requests: 1, inputTokens: 10, outputTokens: 2, nanoUsd: 2_700 },
    })
    expect([gateway.types().slice(-2), clock.pending]).toEqual([['admit', 'settle'], 0])
  })

  it('that outlives its lease is renewed every 20 s', async () => {
    const { tap, gateway, body, clock } = await open()
    const reader = body.getReader()
    await reader.read()
    const start = gateway.commands.length
    for (let second = 0; second < 65; second += 1) {
      tap.push(piece('more'))
      await clock.advance(1_000)
      await reader.read()
    }
    expect(gateway.types(start)).toEqual(['renew', 'renew', 'renew'])
    const checkpoints = gateway.commands.flatMap((command) =>
      command.type === 'renew' ? [command.checkpoint?.outputTokens ?? null] : [],
    )
    expect(checkpoints).toEqual(checkpoints.toSorted((one, other) => (one ?? 0) - (other ?? 0)))
    expect(checkpoints[0]).toBeGreaterThan(10)
    await reader.cancel()
    await gateway.quiet()
    expect(clock.pending).toBe(0)
  })

  it('whose client leaves is cancelled upstream, charged more than nothing, and leaves nothing held', async () => {
    const { tap, gateway, body, clock, id } = await open()
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    await gateway.quiet()
    const { live, held, totals } = await gateway.account(id)
    expect([live, held, totals.requests, totals.nanoUsd > 0]).toEqual([0, 0, 1, true])
    expect((await gateway.ledger(id)).at(-1)).toMatchObject({
      kind: 'settled',
      outcome: { ended: 'client_left' },
    })
    expect([tap.cancelled, clock.pending]).toEqual([true, 0])
  })

  it('that is drained when its client leaves is charged to the nano-USD', async () => {
    const { tap, gateway, body, clock, id } = await open('drain')
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    tap.push(wholeStream([], 10, 2)).end()
    await gateway.quiet()
    expect(await gateway.account(id)).toMatchObject({
      live: 0,
      held: 0,
      totals: { requests: 1, nanoUsd: 2_700 },
    })
    expect([tap.cancelled, clock.pending]).toEqual([false, 0])
  })

  it('whose renewals find the hold gone is cut, and told so in its own words', async () => {
    const { gateway, body, clock, id } = await open()
    const draining = drainText(body)
    gateway.setBetween((command, run) =>
      command.type === 'renew' ? Promise.resolve({ type: 'gone' }) : run(),
    )
    await clock.advance(20_000)
    const text = await draining
    expect(text).toContain('"code":"StoreUnavailable"')
    expect(text).not.toContain('[DONE]')
    expect(gateway.upstream.calls[0]?.signal.aborted).toBe(true)
    await gateway.quiet()
    expect((await gateway.ledger(id)).at(-1)).toMatchObject({ outcome: { ended: 'fenced' } })
    expect((await gateway.account(id)).live).toBe(0)
  })

  it('whose isolate dies is charged by the sweep at its last checkpoint, and its place is free', async () => {
    const { gateway, body, clock, id } = await open()
    const reader = body.getReader()
    await reader.read()
    await clock.advance(20_000)
    // From here on nothing of that isolate reaches the store.
    gateway.setBetween(() => never())
    await clock.advance(60_000)
    await reader.cancel()
    gateway.setBetween((_, run) => run())
    const swept = await gateway.gateway.store.run(id as never, { type: 'sweep' })
    expect(swept.type).toBe('swept')
    const entry = (await gateway.ledger(id)).find(({ kind }) => kind === 'expired')
    expect(entry).toMatchObject({ charge: { outputTokens: 2 } })
    expect((await gateway.account(id)).live).toBe(0)
  })
})

describe('an error of the upstream', () => {
  it.each([
    [401, 502],
    [403, 502],
    [302, 502],
    [400, 400],
  ])('%i reaches the client as %i, and costs nothing', async (status, own) => {
    const upstream = scriptedFetch(
      json({ error: { message: 'key sk-upstream-canary is bad' } }, status, {
        location: 'http://169.254.169.254/latest',
        'set-cookie': 'a=b',
        'www-authenticate': 'Basic',
      }),
    )
    const gateway = openGateway({ upstream })
    const { id, key } = await gateway.makeTenant()
    const response = await gateway.chat(key)
    expect(response.status).toBe(own)
    const text = JSON.stringify([...response.headers]) + (await response.text())
    for (const leak of ['canary', '169.254', 'set-cookie', 'www-authenticate']) {
      expect(text).not.toContain(leak)
    }
    await gateway.quiet()
    expect(gateway.upstream.calls).toHaveLength(1)
    expect(await gateway.account(id)).toMatchObject({ live: 0, held: 0, totals: { nanoUsd: 0 } })
  })
})
