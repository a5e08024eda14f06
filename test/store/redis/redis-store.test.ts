// The store's side of a call: deadlines, repetitions, silence and suspicion, over a REST face that
// answers what a test tells it to.
import { once } from 'node:events'
import { type Server, type ServerResponse, createServer } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createRedisStore, type RedisStoreOptions } from '../../../src/store/redis/redis-store.ts'
import { type Store, StoreUnavailable } from '../../../src/store/store.ts'
import { TenantId } from '../../../src/tenant/slug.ts'
import { START_MS, admit, usdPerDay } from '../commands.ts'

const TENANT = TenantId.parse('acme')
const SWEEP = { type: 'sweep' } as const
const REFUSE = { type: 'refuse', version: 'inc.1.a', keyHashes: [], reason: 'canary' } as const
const PONG = { result: ['epoch', 'noeviction'] }
const SWEPT = { result: ['swept', '-'] }

type Answer = object | ((response: ServerResponse) => void)

const dropped = (response: ServerResponse) => response.destroy()
const silence = () => undefined
const fails = (status: number, body: string) => (response: ServerResponse) => {
  response.writeHead(status).end(body)
}
const noScript = fails(400, JSON.stringify({ error: 'NOSCRIPT No matching script.' }))

let server: Server | null = null
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

/** With the mark of the asker, as every script answers. */
function marked(answer: object | undefined, command: readonly string[]): object | undefined {
  if (answer === undefined || !('result' in answer)) return answer
  return { result: [command.at(-1), answer.result] }
}

/** A store over answers, one a request; the first check of a store is answered besides. */
async function storeOver(answers: readonly Answer[], changes: Partial<RedisStoreOptions> = {}) {
  const commands: string[][] = []
  const left = [PONG, ...answers]
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const command = JSON.parse(Buffer.concat(chunks).toString()) as string[]
      commands.push(command)
      const answer = left.shift()
      if (typeof answer === 'function') answer(response)
      else response.end(JSON.stringify(marked(answer, command)))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const options = { url, token: 'canary-token', clock: systemClock, deadlineMs: 10_000, ...changes }
  const store: Store = createRedisStore(options)
  return { store, commands, sent: () => commands.slice(1).map(([name]) => name) }
}

describe('the redis store', () => {
  it('asks by hash, and by text once where Redis does not have the script', async () => {
    const { store, sent } = await storeOver([noScript, SWEPT, SWEPT])
    expect(await store.run(TENANT, SWEEP)).toEqual({ type: 'swept', nextDueMs: null })
    expect(await store.run(TENANT, SWEEP)).toEqual({ type: 'swept', nextDueMs: null })
    expect(sent()).toEqual(['evalsha', 'eval', 'evalsha'])
  })

  it('puts Upstash’s line before a script only when it is told to', async () => {
    const line = '#!lua flags=allow-key-locking\n'
    const plain = await storeOver([noScript, SWEPT])
    await plain.store.run(TENANT, SWEEP)
    expect(plain.commands[2]?.[1]?.startsWith(line)).toBe(false)
    const upstash = await storeOver([noScript, SWEPT], { upstash: true })
    await upstash.store.run(TENANT, SWEEP)
    expect(upstash.commands[2]?.[1]).toBe(line + String(plain.commands[2]?.[1]))
    expect(upstash.commands[1]?.[1]).not.toBe(plain.commands[1]?.[1])
  })

  it('asks once more when the connection was lost, and no more than once', async () => {
    const { store, sent } = await storeOver([dropped, SWEPT, dropped, dropped, SWEPT])
    expect((await store.run(TENANT, SWEEP)).type).toBe('swept')
    await expect(store.run(TENANT, SWEEP)).rejects.toThrow(StoreUnavailable)
    expect(sent()).toHaveLength(4)
  })

  it('never repeats what would count twice', async () => {
    const { store, sent } = await storeOver([dropped, dropped, dropped])
    await expect(store.run(TENANT, REFUSE)).rejects.toThrow(StoreUnavailable)
    await expect(store.strikes.strike('ip', 60_000)).rejects.toThrow(StoreUnavailable)
    const row = { tenant: TENANT, plan: 'pro', status: 'ACTIVE', created_at_ms: 1 } as const
    await expect(store.directory.register(row, [])).rejects.toThrow(StoreUnavailable)
    expect(sent()).toHaveLength(3)
  })

  it('believes no answer but to what it has asked', async () => {
    const others = [['somebody else.1', ['swept', '-']], ['swept', '-'], []]
    for (const result of others) {
      const raw = (response: ServerResponse) => response.end(JSON.stringify({ result }))
      const { store, sent } = await storeOver([raw, SWEPT])
      await expect(store.run(TENANT, SWEEP)).rejects.toThrow(StoreUnavailable)
      expect(sent()).toHaveLength(1)
    }
  })

  it('asks nothing twice that Redis has answered with an error', async () => {
    const { store, sent } = await storeOver([fails(400, '{"error":"WRONGTYPE canary"}'), SWEPT])
    await expect(store.run(TENANT, SWEEP)).rejects.toThrow(StoreUnavailable)
    expect(sent()).toHaveLength(1)
  })

  it('gives up at its deadline on a store that does not answer', async () => {
    const { store, sent } = await storeOver([silence, SWEPT], { deadlineMs: 300 })
    const startedMs = performance.now()
    await expect(store.run(TENANT, SWEEP)).rejects.toThrow(StoreUnavailable)
    const tookMs = performance.now() - startedMs
    expect(tookMs).toBeGreaterThan(290)
    expect(tookMs).toBeLessThan(1_000)
    expect(sent()).toHaveLength(1)
  })

  it.each([
    ['an error of Redis', fails(400, '{"error":"ERR canary"}')],
    ['an error that is no JSON', fails(502, '<html>canary</html>')],
    ['a refused token', fails(401, '{"error":"Unauthorized canary"}')],
    ['no JSON', fails(200, 'canary')],
    ['a lost connection', dropped],
  ])('tells nothing of what was asked, or of the answer, after %s', async (_of, answer) => {
    const { store } = await storeOver([answer, answer])
    const command = { ...REFUSE, version: 'canary', keyHashes: ['canary'] }
    const error: unknown = await store.run(TENANT, command).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StoreUnavailable)
    expect(
      inspect(error, { depth: 10, showHidden: true }).replaceAll(/^ +at .*$/gm, ''),
    ).not.toMatch(/canary|evalsha/i)
  })

  const budget = usdPerDay(100, 1, 1)
  it.each([
    ['nothing', null],
    ['a word', 'admitted'],
    ['another command’s answer', ['swept', '-']],
    ['an admission without its figures', ['admitted', 'inc']],
    ['a figure too few', ['admitted', 'inc', '1 2 3 4', '0 0 -']],
    ['a figure too many', ['admitted', 'inc', '1 2 3 4 5', '0 0 - 7']],
    ['a figure with an exponent', ['admitted', 'inc', '1e3 2 3 4 5', '0 0 -']],
    ['a figure beyond what is exact', ['admitted', 'inc', '9007199254740993 2 3 4 5', '0 0 -']],
    ['numbers where texts were agreed on', ['admitted', 'inc', 12_345, '0 0 -']],
    ['an unknown reason', ['refused', 'whim', 'x', '1 1 1 1 - -', '0 0 -']],
    ['a configuration that is none', ['stale', 'inc.1.a', 'inc', '{"tenant":"acme"}']],
  ])('takes %s for an unknown outcome, never for an admission', async (_what, result) => {
    const { store } = await storeOver([{ result }])
    const command = admit('inc.1.a', 'hold-1', START_MS, { budgets: [budget] })
    await expect(store.run(TENANT, command)).rejects.toThrow(StoreUnavailable)
  })

  it('refuses a number that Redis could not keep exactly before anything is sent', async () => {
    const { store, commands } = await storeOver([])
    for (const limit of [NaN, Infinity, 0.5, 2 ** 53]) {
      const command = admit('inc.1.a', 'hold-1', START_MS, { budgets: [usdPerDay(limit, 1, 1)] })
      await expect(store.run(TENANT, command)).rejects.toThrow(RangeError)
    }
    expect(commands).toEqual([])
  })
})
