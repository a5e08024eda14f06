// The gateway is killed at twelve named points of a request, again and again; when the leases have run
// out, every request has ended once, nothing is held, and none cost more than it had reserved.
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { nanoUsd, waitFor } from '../support/admin-client.ts'
import { chat } from '../support/call-gateway.ts'
import { useGateway } from '../support/stage-set.ts'
import { bridgeOf } from '../support/store-faults.ts'
import type { ScriptInput } from '../support/upstream-script.ts'

const ROUNDS = 5
const LEASE_MS = 60_000
const MAX_TOKENS = 50
/** Above what the input of these requests can be estimated at, with all the output: gpt-4o-mini. */
const MOST_NANO_USD = 400n * 150n + BigInt(MAX_TOKENS) * 600n

type Point = {
  readonly name: string
  readonly stream?: boolean
  readonly script?: ScriptInput
} & (
  | { readonly on: 'admit' | 'settle'; readonly executed: boolean }
  /** When the upstream has been called and has said so many pieces. */
  | { readonly said: number }
  | { readonly left: true }
)

const POINTS: readonly Point[] = [
  { name: 'before the admission is heard of', on: 'admit', executed: false },
  { name: 'after the admission, before its answer', on: 'admit', executed: true },
  { name: 'before the settlement is heard of', on: 'settle', executed: false },
  { name: 'after the settlement, before its answer', on: 'settle', executed: true },
  { name: 'before the settlement of a stream', stream: true, on: 'settle', executed: false },
  { name: 'after the settlement of a stream', stream: true, on: 'settle', executed: true },
  { name: 'while the upstream thinks', script: { hang: 'before headers' }, said: 0 },
  {
    name: 'before the headers of a stream',
    stream: true,
    script: { hang: 'before headers' },
    said: 0,
  },
  {
    name: 'after the headers of a stream',
    stream: true,
    script: { hang: 'after headers' },
    said: 0,
  },
  { name: 'after its first piece', stream: true, script: { output: 20, hangAfter: 2 }, said: 1 },
  { name: 'after ten pieces', stream: true, script: { output: 20, hangAfter: 11 }, said: 10 },
  { name: 'as the client leaves', stream: true, script: { output: 40, paceMs: 20 }, left: true },
]

interface Killed {
  readonly point: string
  readonly id: string
  readonly key: string
}

describe.runIf(inject('store') === 'redis')('killed at any point of a request', () => {
  const set = useGateway()

  async function killAt(point: Point, round: number): Promise<Killed> {
    const { gateway, upstream } = set
    const bridge = bridgeOf(set)
    const { id, key } = await gateway.admin.createTenant({ limits: { usd_per_day: '1.00' } })
    const reached = Promise.withResolvers<undefined>()
    if ('on' in point) {
      bridge.setPlan(({ script }) => {
        if (script !== point.on) return null
        reached.resolve(undefined)
        return { kind: 'hang', executed: point.executed }
      })
    }
    const leaving = new AbortController()
    const mark = `${id}-${round}`
    const script = { ...point.script, id: mark, input: 8 }
    const options = { script, body: { max_tokens: MAX_TOKENS }, signal: leaving.signal }
    const asked = chat(gateway.url, key, { ...options, stream: point.stream ?? false })
      .then((answer) => answer.text())
      .catch(() => null)
    if ('on' in point) await reached.promise
    else {
      const said = 'said' in point ? point.said : 3
      await waitFor(`${said} pieces`, () => {
        const [call] = upstream.log.of(mark)
        return call !== undefined && call.billed.output >= said ? true : null
      })
    }
    if ('left' in point) leaving.abort()
    // What was told to be executed has been, before the end.
    await pause(50)
    await gateway.killAndRestart()
    bridge.setPlan(() => null)
    await asked
    return { point: point.name, id, key }
  }

  it(`of ${POINTS.length}, ${ROUNDS} times each`, { timeout: 15 * 60_000 }, async () => {
    const killed: Killed[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const point of POINTS) killed.push(await killAt(point, round))
    }
    await pause(LEASE_MS)
    for (const { point, id, key } of killed) {
      const { admin, url } = set.gateway
      // The next call of each sweeps what was left.
      expect((await chat(url, key)).status).toBe(200)
      const usage = await admin.quiet(id)
      const entries = (await admin.ledger(id)).filter(({ hold_id }) => hold_id !== undefined)
      const holds = entries.map(({ hold_id }) => hold_id)
      expect({ point, twice: holds.length - new Set(holds).size }).toEqual({ point, twice: 0 })
      const charged = entries.reduce((sum, { cost_usd }) => sum + nanoUsd(cost_usd), 0n)
      expect({ point, charged }).toEqual({ point, charged: nanoUsd(usage.total.cost_usd) })
      const first = entries.length > 1 ? nanoUsd(entries[0]?.cost_usd ?? '0') : 0n
      expect({ point, within: first <= MOST_NANO_USD }).toEqual({ point, within: true })
    }
  })
})
