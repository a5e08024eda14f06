import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { nanoUsd } from '../support/admin-client.ts'
import { chat } from '../support/call-gateway.ts'
import { openStreams } from '../support/hanging-streams.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

const STREAMS = 40
const PIECES = 50
const MAX_TOKENS = 100
const INPUT = 8
/** Of gpt-4o-mini, a token. */
const OUTPUT_NANO_USD = 600n
const INPUT_NANO_USD = 150n
const LEASE_MS = 60_000
/** Above what the input of these requests can be estimated at. */
const INPUT_BOUND = 400n

describe('after kill -9 of the gateway with 40 streams under way', () => {
  // Renewals come every 20 s: killed before the first, and after it.
  it.each([
    ['before any checkpoint', 1_000, 0n],
    ['after a checkpoint', 25_000, BigInt(PIECES / 2)],
  ])('%s, each is charged once and nothing stays held', async (_, runMs, leastOutput) => {
    const { gateway } = set
    const { id, key } = await gateway.admin.createTenant()
    const streams = { key, id, count: STREAMS, pieces: PIECES, input: INPUT, maxTokens: MAX_TOKENS }
    const requestIds = await openStreams(set, streams)
    await pause(runMs)
    await gateway.killAndRestart()
    const orphaned = await gateway.admin.usage(id)
    expect(orphaned.limits.find(({ name }) => name === 'max_concurrency')?.used).toBe(STREAMS)

    // Nobody calls: the object must wake by itself. Redis has no alarm: there the next call sweeps.
    if (inject('store') === 'redis') {
      await pause(LEASE_MS)
      await (await chat(gateway.url, key)).text()
    }
    const usage = await gateway.admin.quiet(id, LEASE_MS + 30_000)
    const expired = (await gateway.admin.ledger(id)).filter(({ kind }) => kind === 'expired')
    expect(new Set(expired.map(({ request_id }) => request_id))).toEqual(new Set(requestIds))
    expect(expired).toHaveLength(STREAMS)
    const highest = INPUT_BOUND * INPUT_NANO_USD + BigInt(MAX_TOKENS) * OUTPUT_NANO_USD
    for (const entry of expired) {
      expect(nanoUsd(entry.cost_usd)).toBeGreaterThan(leastOutput * OUTPUT_NANO_USD)
      expect(nanoUsd(entry.cost_usd)).toBeLessThanOrEqual(highest)
      expect(BigInt(entry.output_tokens)).toBeGreaterThanOrEqual(leastOutput)
    }
    const entries = (await gateway.admin.ledger(id)).filter(({ kind }) => kind !== 'refused')
    const charged = entries.reduce((sum, { cost_usd }) => sum + nanoUsd(cost_usd), 0n)
    expect(nanoUsd(usage.total.cost_usd)).toBe(charged)
    expect((await chat(gateway.url, key)).status).toBe(200)
  })
})
