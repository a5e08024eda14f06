import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { type Inbound, openInbound } from '../src/inbound.ts'
import { Problem } from '../src/problem/problem.ts'
import { decideAfresh, Pipeline, type Stage, StaleSnapshot } from '../src/stage.ts'

const caller: Stage<Inbound, { readonly caller: string }> = {
  name: 'caller',
  run: (have) => Promise.resolve({ caller: `caller of ${have.requestId}` }),
}
const greeting: Stage<Inbound & { readonly caller: string }, { readonly greeting: string }> = {
  name: 'greeting',
  run: (have) => Promise.resolve({ greeting: `hello, ${have.caller}` }),
}

const inbound = () =>
  openInbound(new Request('http://gateway.test/x'), {
    requestId: 'req_1',
    startedAtMs: 0,
    clientIp: null,
    dialect: 'plain',
    maxBodyBytes: 1,
    waitUntil: () => undefined,
  })

describe('a pipeline', () => {
  it('gives each stage what all before it have provided', async () => {
    const have = await Pipeline.start().use(caller).use(greeting).run(inbound())
    expect(have.greeting).toBe('hello, caller of req_1')
    expect(have.caller).toBe('caller of req_1')
  })

  it('does not compile in an order that leaves a stage without what it needs', () => {
    // @ts-expect-error the greeting needs the caller, whom nobody has named yet
    expect(Pipeline.start().use(greeting).use(caller)).toBeInstanceOf(Pipeline)
    // @ts-expect-error nothing provides the caller at all
    expect(Pipeline.start().use(greeting)).toBeInstanceOf(Pipeline)
  })

  it('runs no stage after one that refuses', async () => {
    const problem = new Problem('Forbidden', 'no')
    let ran = false
    const refuse: Stage<Inbound, object> = {
      name: 'refuse',
      run: () => Promise.reject(problem),
    }
    const after: Stage<Inbound, object> = {
      name: 'after',
      run: () => {
        ran = true
        return Promise.resolve({})
      },
    }
    await expect(Pipeline.start().use(refuse).use(after).run(inbound())).rejects.toBe(problem)
    expect(ran).toBe(false)
  })

  it('is changed by no further use of it', async () => {
    const start = Pipeline.start().use(caller)
    start.use(greeting)
    expect(await start.run(inbound())).not.toHaveProperty('greeting')
  })

  it('stands as middleware in an app of somebody else, its values typed', async () => {
    const app = new Hono()
    const middleware = Pipeline.start().use(caller).use(greeting).middleware(inbound)
    app.use('/api/*', middleware)
    app.get('/api/hello', middleware, (c) => c.text(c.var.tollgate.greeting))
    app.onError((error, c) => c.text(error.name, 500))
    expect(await (await app.request('/api/hello')).text()).toBe('hello, caller of req_1')
  })
})

describe('deciding afresh', () => {
  it('decides again while the snapshot is stale, and gives the first decision that holds', async () => {
    let rounds = 0
    const decided = await decideAfresh(() => {
      rounds += 1
      return rounds < 3 ? Promise.reject(new StaleSnapshot()) : Promise.resolve(rounds)
    })
    expect(decided).toBe(3)
  })

  it('gives up after five rounds with a problem that says to come again in a second', async () => {
    let rounds = 0
    const never = decideAfresh(() => {
      rounds += 1
      return Promise.reject(new StaleSnapshot())
    })
    await expect(never).rejects.toMatchObject({
      code: 'StoreUnavailable',
      members: { retryAfterMs: 1_000 },
    })
    expect(rounds).toBe(5)
  })

  it('lets every other error through at once', async () => {
    let rounds = 0
    const failure = new Error('other')
    const failing = decideAfresh(() => {
      rounds += 1
      return Promise.reject(failure)
    })
    await expect(failing).rejects.toBe(failure)
    expect(rounds).toBe(1)
  })
})
