// What commands ask of the control plane, and what they print of its answers. The gateway is the real
// one in this process, with its clock at rest, so that what is printed is exact.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { TenantId } from '../../src/tenant/slug.ts'
import {
  ADMIN_TOKEN,
  answered,
  problem,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'
import { withCli } from './support/run-cli.ts'

let gateway: RecordedGateway
let env: Record<string, string>

beforeEach(async () => {
  gateway = await startRecordedGateway()
  env = { TOLLGATE_API_URL: gateway.url, TOLLGATE_TOKEN: ADMIN_TOKEN }
})
afterEach(() => gateway.stop())

const tollgate = (args: readonly string[], options = {}) =>
  withCli((cli) => cli(args, options), env)
const bodies = (method: string) => gateway.sent(method).map(({ body }) => body)
const asTenant = () => (env = { ...env, TOLLGATE_TOKEN: gateway.ownKey })
const DAY_MS = 86_400_000

/** Rows of the directory, with no account behind them. */
async function register(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, at) => `many-${String(at).padStart(4, '0')}`)
  const { store, clock } = gateway.inside.gateway
  for (const name of names) {
    const row = { plan: 'free', status: 'ACTIVE', created_at_ms: clock.now() } as const
    await store.directory.register({ tenant: TenantId.parse(name), ...row }, [])
  }
  return names
}

describe('tenant', () => {
  it('create sends what flags say, money as text, and prints the key alone on stdout', async () => {
    const flags = [
      '--name',
      'Globex',
      '--limit',
      'usd_per_day=10.10',
      '--limit',
      'tokens_per_day=5',
    ]
    const more = ['--limit', 'requests_per_minute=unlimited', '--quota', 'max_agents=3']
    const policy = ['--policy', 'allowed_models=["gpt-4o-mini"]', '--policy', 'low_budget=clamp']
    const { stdout, stderr } = await tollgate([
      'tenant',
      'create',
      'globex',
      ...flags,
      ...more,
      ...policy,
    ])
    expect(bodies('POST')).toEqual([
      {
        id: 'globex',
        name: 'Globex',
        limits: { usd_per_day: '10.10', tokens_per_day: 5, requests_per_minute: null },
        quotas: { max_agents: 3 },
        policy: { allowed_models: ['gpt-4o-mini'], low_budget: 'clamp' },
      },
    ])
    expect(gateway.sent('POST')[0]?.headers['idempotency-key']).toBe('uuid-1')
    expect(stdout).toMatch(/^tg_globex_\w+\n$/)
    expect(stderr).toContain('shown only now')
    expect(stderr).not.toContain('tg_globex')
  })

  it('create takes a file, and flags before it', async () => {
    await withCli(async (cli, home) => {
      const file = join(home, 'tenant.json')
      await writeFile(file, '{"plan":"free","limits":{"tokens_per_day":1,"usd_per_day":"2"}}')
      await cli(['tenant', 'create', 'globex', '--file', file, '--limit', 'tokens_per_day=9'])
    }, env)
    const limits = { tokens_per_day: 9, usd_per_day: '2' }
    expect(bodies('POST')).toEqual([{ id: 'globex', plan: 'free', limits }])
  })

  it('create without an answer says how to repeat the very same attempt', async () => {
    gateway.answerNext(problem(503, 'The gateway cannot reach its store'))
    const { code, stderr } = await tollgate(['tenant', 'create', 'globex'])
    expect(code).toBe(7)
    expect(stderr).toContain('Repeat it with --idempotency-key uuid-1')
    await tollgate(['tenant', 'create', 'globex', '--idempotency-key', 'uuid-1'])
    const keys = gateway.sent('POST').map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual(['uuid-1', 'uuid-1'])
  })

  it('list follows the pages to their end, and no further than --limit', async () => {
    const names = await register(520)
    const ids = (text: string) => JSON.parse(text).map(({ id }: { id: string }) => id)
    const all = await tollgate(['tenant', 'list', '--json'])
    expect(ids(all.stdout)).toEqual(['acme', ...names])
    expect(gateway.requests.map(({ query }) => query)).toEqual([
      { limit: '500' },
      { limit: '500', cursor: 'many-0498' },
    ])
    const some = await tollgate(['tenant', 'list', '--json', '--limit', '3', '--plan', 'free'])
    expect(ids(some.stdout)).toEqual(names.slice(0, 3))
    expect(gateway.requests.at(-1)?.query).toEqual({ plan: 'free', limit: '3' })
  })

  it('update changes what was read, and shows what became of it', async () => {
    const read = JSON.parse((await tollgate(['tenant', 'get', 'acme', '--json'])).stdout)
    const { stdout } = await tollgate(['tenant', 'update', 'acme', '--limit', 'usd_per_day=12.50'])
    const sent = { body: { limits: { usd_per_day: '12.50' } } }
    expect(gateway.sent('PATCH')).toMatchObject([
      { ...sent, query: { dry_run: 'true' }, headers: { 'if-match': `"${read.version}"` } },
      { ...sent, query: {}, headers: { 'if-match': `"${read.version}"` } },
    ])
    expect(stdout).toBe('limits.usd_per_day  "10.00" → "12.50"\n')
  })

  it('update shows what became of metadata, and says when nothing did', async () => {
    const args = ['tenant', 'update', 'acme', '--metadata', 'seats=3', '--metadata', 'tier=gold']
    expect((await tollgate(args)).stdout).toBe(
      'metadata.seats  absent → 3\nmetadata.tier   absent → "gold"\n',
    )
    const again = await tollgate(args)
    expect([again.stdout, again.stderr]).toEqual([
      '',
      'Tenant acme was so already. Nothing has changed.\n',
    ])
  })

  it("update --inherit puts the plan's value in the place of the tenant's own", async () => {
    const flags = ['--inherit', 'limits.requests_per_minute', '--inherit', 'quotas.max_products']
    const { stdout } = await tollgate(['tenant', 'update', 'acme', ...flags])
    const asked = { inherit: ['limits.requests_per_minute', 'quotas.max_products'] }
    expect(bodies('PATCH')).toEqual([asked, asked])
    expect(stdout).toBe(
      'limits.requests_per_minute  50 → 60\nquotas.max_products         100 → 500\n',
    )
  })

  it('update --inherit says when the plan happens to say the same', async () => {
    const args = ['tenant', 'update', 'acme', '--inherit', 'limits.usd_per_day']
    const { stdout, stderr } = await tollgate(args)
    expect([stdout, stderr]).toEqual([
      '',
      'Tenant acme is changed. What is in force is the same as before.\n',
    ])
    expect((await tollgate(args)).stderr).toContain('Nothing has changed.')
  })

  it('update loses no change that came in between', async () => {
    const args = ['tenant', 'update', 'acme', '--name', 'Other', '--if-version', '0.9.old']
    const { code } = await tollgate(args)
    expect(code).toBe(5)
    expect((await tollgate(['tenant', 'get', 'acme'])).stdout).toContain('Acme Inc')
  })

  it('delete prints the receipt', async () => {
    const { stdout } = await tollgate(['tenant', 'delete', 'acme', '--force', '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      tenant: 'acme',
      erased_by: 'admin-token',
      deleted: { account: 1, keys: 2, holds: 0 },
    })
    expect(gateway.sent('DELETE')[0]?.query).toEqual({ force: 'true' })
  })
})

describe('what takes something away', () => {
  const deeds = [
    ['tenant', 'suspend', 'acme'],
    ['tenant', 'archive', 'acme'],
    ['tenant', 'delete', 'acme'],
    ['plan', 'delete', 'pro'],
    ['plan', 'move', 'pro', 'free'],
    ['key', 'revoke', 'acme', 'key_1'],
    ['budget', 'reset', 'acme', 'usd_per_day'],
  ]
  const changes = () => gateway.requests.filter(({ method }) => method !== 'GET')

  it.each(deeds)('is not done unconfirmed where nobody can be asked: %s %s', async (...args) => {
    const { code, stderr } = await tollgate(args)
    expect(code).toBe(2)
    expect(stderr).toContain(`at ${gateway.url} (no profile, TOLLGATE_API_URL): `)
    expect(stderr).toContain('try: --confirm')
    expect(changes()).toEqual([])
  })

  it.each(deeds)('is not done when something else is confirmed: %s %s', async (...args) => {
    expect((await tollgate([...args, '--confirm', 'another'])).code).toBe(2)
    expect((await tollgate(args, { typed: 'another\n' })).code).toBe(6)
    expect((await tollgate(args, { typed: '' })).code).toBe(6)
    expect(changes()).toEqual([])
  })

  it('is done when its name is typed', async () => {
    const { code } = await tollgate(['tenant', 'archive', 'acme'], { typed: 'acme\n' })
    expect(code).toBe(0)
    expect(changes().map(({ path }) => path)).toEqual(['/admin/tenants/acme/archive'])
  })
})

describe('plan and job', () => {
  const plan = { id: 'job_1', kind: 'plan.change', from: 'pro', to: null, changed: 0, total: 3 }
  const times = { created_at: '2026-06-17T12:00:00.000Z', updated_at: '2026-06-17T12:00:00.000Z' }
  const running = (done: number) =>
    answered({ job: { ...plan, ...times, status: 'running', done, failed: [] } })

  it('create and update take features that are switches, numbers or text', async () => {
    const flags = ['--feature', 'vectors=true', '--feature', 'seats=5', '--feature', 'tone=kind']
    expect((await tollgate(['plan', 'create', 'team', ...flags])).stdout).toBe(
      'Plan team is made.\n',
    )
    expect(bodies('POST')).toEqual([
      { name: 'team', features: { vectors: true, seats: 5, tone: 'kind' } },
    ])
    const { stdout } = await tollgate(['plan', 'get', 'team'])
    expect(stdout).toMatch(/Features +\n {2}vectors +true\n {2}seats +5\n {2}tone +kind\n/)
  })

  it('update changes the version that was read, and waits for all its tenants', async () => {
    const args = ['plan', 'update', 'pro', '--limit', 'requests_per_minute=300', '--wait']
    const { code, stdout } = await tollgate(args)
    expect(code).toBe(0)
    expect(gateway.sent('PATCH')[0]?.headers['if-match']).toBe('"1"')
    expect(stdout).toMatch(/Status +done\nDone +1 of 1 tenants, 1 changed\nFailed +0\n/)
    const stale = await tollgate([...args, '--if-version', '1'])
    expect(stale.code).toBe(5)
  })

  it('a wait asks each second, and shows each step on stderr once', async () => {
    gateway.answerNext(running(0), running(1), running(1), running(2))
    const { stderr, pauses, code } = await tollgate(['job', 'get', 'job_1', '--wait'])
    expect(stderr.match(/\d\/3 job job_1/g)).toEqual([
      '0/3 job job_1',
      '1/3 job job_1',
      '2/3 job job_1',
    ])
    // The next answer is the gateway's own, which knows of no such job.
    expect([code, pauses]).toEqual([4, [1000, 1000, 1000, 1000]])
  })

  it('job get --wait fails when some of it did', async () => {
    const failed = [{ tenant: 'acme', reason: 'busy' }]
    const job = { ...plan, ...times, status: 'done', done: 2, failed }
    gateway.answerNext(answered({ job }))
    const { code, stdout } = await tollgate(['job', 'get', 'job_1', '--wait'])
    expect([code, stdout.includes('{"tenant":"acme","reason":"busy"}')]).toEqual([1, true])
  })

  it('job list tells plan and progress', async () => {
    await tollgate(['plan', 'move', 'pro', 'starter', '--yes', '--wait'])
    const { stdout } = await tollgate(['job', 'list'])
    expect(stdout).toMatch(/job_\w+ +plan\.move +pro → starter +done +1\/1 +0 +2026-06-17/)
  })
})

describe('key', () => {
  it('create prints the key alone on stdout, once', async () => {
    const args = ['key', 'create', 'acme', '--user', 'alice', '--scope', 'chat', 'usage']
    const { stdout, stderr } = await tollgate(args)
    expect(stdout).toMatch(/^tg_acme_\w+\n$/)
    expect(stderr).toMatch(/^Key \w+ of tenant acme is made\. It is shown only now: keep it\.\n$/)
    expect(bodies('POST')).toEqual([{ user: 'alice', scopes: ['chat', 'usage'] }])
  })

  it('list shows no secret', async () => {
    const made = await tollgate(['key', 'create', 'acme'])
    const { stdout } = await tollgate(['key', 'list', 'acme', '--json'])
    expect(JSON.parse(stdout)).toHaveLength(3)
    expect(stdout).not.toContain(made.stdout.trim().slice('tg_acme_'.length))
  })
})

describe('quota', () => {
  it('set changes the tenant as it was read', async () => {
    const { stdout } = await tollgate(['quota', 'set', 'acme', 'max_collections', 'unlimited'])
    const asked = { quotas: { max_collections: null } }
    expect(bodies('PATCH')).toEqual([asked, asked])
    expect(stdout).toBe('max_collections of acme: 10 → unlimited\n')
  })

  it('check tells a quota that is full by its exit code', async () => {
    asTenant()
    await tollgate(['quota', 'acquire', 'max_collections', '--amount', '4'])
    expect((await tollgate(['quota', 'check', 'max_collections', '--amount', '6'])).code).toBe(0)
    const full = await tollgate(['quota', 'check', 'max_collections', '--amount', '7'])
    expect([full.code, full.stderr]).toEqual([
      6,
      'error: 7 more of max_collections would not fit.\n',
    ])
  })

  it('acquire and release name what they took', async () => {
    asTenant()
    const taken = await tollgate(['quota', 'acquire', 'max_products', '--lease', '60'])
    expect(taken.stderr).toBe(
      'Taken: 1 of max_products, until 2026-06-17 12:01:00Z. Its id follows, on stdout.\n',
    )
    const id = taken.stdout.trim()
    const { stdout } = await tollgate(['quota', 'release', 'max_products', '--acquisition', id])
    expect(bodies('POST')).toEqual([{ amount: 1, lease_seconds: 60 }, { acquisition: id }])
    expect(stdout).toMatch(/^Quota +max_products\nUsed +0\nMax +100\nRemaining +100\n/)
  })
})

describe('user', () => {
  it('list, get, set and clear tell limits and where they stand', async () => {
    const none = await tollgate(['user', 'list', 'acme'])
    expect([none.stdout, none.stderr]).toEqual(['', 'No user has limits of its own.\n'])
    const set = ['user', 'set', 'acme', 'alice', '--limit', 'requests_per_minute=9']
    expect((await tollgate(set)).stdout).toContain('  requests_per_minute  9\n')
    expect((await tollgate(['user', 'list', 'acme'])).stdout).toBe(
      'USER   LIMITS\nalice  requests_per_minute=9\n',
    )
    await gateway.inside.chat(gateway.ownKey)
    const { stdout } = await tollgate(['user', 'get', 'acme', 'alice'])
    expect(stdout).toMatch(/\nLIMIT +USED +REMAINING +RESETS\n\w+ +1 +8 +2026-06-17 12:01:01Z\n$/)
    expect((await tollgate(['user', 'clear', 'acme', 'alice'])).stdout).toBe(
      'User alice has no limits of its own.\n',
    )
  })
})

describe('usage', () => {
  it('hands on range and grouping, and draws what is most at full length', async () => {
    await gateway.inside.clock.advance(DAY_MS)
    for (let n = 0; n < 4; n++) await gateway.inside.chat(gateway.ownKey)
    await gateway.inside.quiet()
    const args = ['usage', 'acme', '--from', '2026-06-01', '--by', 'day']
    const { stdout } = await tollgate(args, { columns: 60, env: { NO_COLOR: '1' } })
    expect(gateway.requests[0]?.query).toEqual({ from: '2026-06-01', by: 'day' })
    const [header, least, most] = stdout.trimEnd().split('\n').slice(-3)
    expect(header).toBe('cost by day')
    expect(least).toBe(`2026-06-17  ${'█'.repeat(9)}${' '.repeat(27)}  $0.0002004`)
    expect(most).toBe(`2026-06-18  ${'█'.repeat(36)}  $0.0008016`)
  })

  it('--csv is what the server says', async () => {
    const { stdout } = await tollgate(['usage', 'acme', '--by', 'model', '--csv'])
    const [head, row, end] = stdout.split('\r\n')
    expect(head).toMatch(/^model,other,requests,refused,input_tokens,output_tokens,/)
    expect(row).toMatch(/^gpt-4o-mini,false,1,,1200,34,1234,0,0\.0002004,/)
    expect(end).toBe('')
  })

  it("--watch draws the report again until Ctrl-C, and a tenant's own requests as they come", async () => {
    const args = ['usage', 'acme', '--watch', '--interval', '5', '--json']
    const watched = await tollgate(args, { interruptAfterPauses: 2 })
    expect([watched.code, watched.pauses]).toEqual([130, [5000, 5000]])
    expect(watched.stdout.split('\n').length).toBe(2)

    asTenant()
    const live = tollgate(['usage', '--watch'], { interruptAt: 'alice' })
    await gateway.inside.until(() => gateway.inside.clock.pending > 0)
    await gateway.inside.chat(gateway.ownKey)
    await gateway.inside.quiet()
    await gateway.inside.clock.advance(2_000)
    const { code, stdout } = await live
    expect(code).toBe(130)
    expect(stdout).toMatch(
      /^ {5}\d {2}2026-06-17 12:00:00Z {2}settled {5}gpt-4o-mini {2}1,234 tokens {2}\$0\.0002004 {2}alice {2}req_\w+\n$/,
    )
  })

  it("--watch goes on where the gateway ends a tenant's stream, and misses nothing", async () => {
    asTenant()
    const live = tollgate(['usage', '--watch'], { interruptAt: 'alice' })
    await gateway.inside.until(() => gateway.inside.clock.pending > 0)
    await gateway.inside.chat(gateway.ownKey)
    await gateway.inside.quiet()
    // A change of the tenant ends the stream before the request is told.
    await gateway.inside.admin('PATCH', '/tenants/acme', { metadata: { n: 1 } })
    await gateway.inside.clock.advance(2_000)
    const { code, stdout } = await live
    expect(code).toBe(130)
    expect(stdout).toMatch(/^ +\d+ {2}\S+ \S+ {2}settled .* alice {2}req_\w+\n$/)
  })

  it.each([['--csv'], ['--watch']])('%s takes no page of something else for it', async (flag) => {
    gateway.answerNext({ status: 200, type: 'text/html', text: '<html>' })
    const { code, stdout, stderr } = await tollgate(['usage', flag])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('is not what this version of tollgate understands')
  })

  it('--watch draws the report in the place of the one before on a terminal', async () => {
    const args = ['usage', 'acme', '--watch']
    const { code, stdout } = await tollgate(args, { columns: 80, interruptAfterPauses: 1 })
    expect(code).toBe(130)
    expect(stdout.startsWith('\u001b[H')).toBe(true)
    expect(stdout.endsWith('\u001b[J')).toBe(true)
  })
})

describe('ledger', () => {
  it('prints every page, one entry a line', async () => {
    for (let n = 1; n <= 505; n++) {
      await gateway.inside.admin('PATCH', '/tenants/acme', { metadata: { n } })
    }
    const { stdout } = await tollgate(['ledger', 'acme', '--json'])
    const seqs = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).seq)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1))
    expect(seqs.length).toBeGreaterThan(505)
    expect(gateway.requests.map(({ query }) => query['after'])).toEqual(['0', '500'])
    gateway.requests.length = 0
    const some = await tollgate(['ledger', 'acme', '--after', '2', '--limit', '3', '--json'])
    expect(
      some.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).seq),
    ).toEqual([3, 4, 5])
    expect(gateway.requests.map(({ query }) => query)).toEqual([{ after: '2', limit: '3' }])
  })

  it('tells what each kind of entry is about', async () => {
    const { inside } = gateway
    const before = (await inside.ledger('acme')).length
    await tollgate(['budget', 'reset', 'acme', 'usd_per_day', '--reason', 'a gift', '--yes'])
    await tollgate(['tenant', 'update', 'acme', '--limit', 'requests_per_minute=1'])
    for (const _ of ['refused', 'and again']) {
      expect((await inside.chat(gateway.ownKey)).status).toBe(429)
    }
    asTenant()
    await tollgate(['quota', 'acquire', 'max_products', '--amount', '3'])
    await tollgate(['quota', 'release', 'max_products', '--amount', '1'])
    await inside.clock.advance(61_000)
    expect((await inside.chat(gateway.ownKey)).status).toBe(200)
    await inside.quiet()
    await tollgate(['quota', 'acquire', 'max_products'])
    env = { ...env, TOLLGATE_TOKEN: ADMIN_TOKEN }
    const { stdout } = await tollgate(['ledger', 'acme', '--after', String(before)])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(30)),
    ).toEqual([
      'reset       usd_per_day  $0.0002004 → $0.00 by admin-token: a gift',
      'control     tenant.update by admin-token',
      'refused     rate requests_per_minute × 2',
      expect.stringMatching(
        /^settled {5}gpt-4o-mini {2}1,234 tokens {2}\$0\.0002004 {2}alice {2}req_\w+$/,
      ),
      'quota       max_products  +3, -1 released, 2 in use',
    ])
  })

  it('--follow goes on after the last one', async () => {
    const last = String((await gateway.inside.ledger('acme')).length)
    const { code } = await tollgate(['ledger', 'acme', '--follow'], { interruptAfterPauses: 1 })
    expect(code).toBe(130)
    expect(gateway.requests.map(({ query }) => query['after'])).toEqual(['0', last])
  })
})

it('status tells health, readiness and identity, and its exit code the first trouble', async () => {
  const well = await tollgate(['status'])
  expect(well.stdout.split('\n')).toEqual([
    `${gateway.url} (no profile, TOLLGATE_API_URL)`,
    'OK   API health: ok',
    'OK   API ready: ready',
    'OK   Auth: admin token, token from TOLLGATE_TOKEN',
    '',
  ])
  env = { ...env, TOLLGATE_TOKEN: 'wrong' }
  const { code, stdout } = await tollgate(['status'])
  expect([code, stdout.includes('FAIL Auth: Credentials are missing or wrong')]).toEqual([3, true])
})

it('keeps members that it does not know in what --json prints', async () => {
  const tenant = JSON.parse((await tollgate(['tenant', 'get', 'acme', '--json'])).stdout)
  gateway.answerNext(answered({ tenant: { ...tenant, of_a_later_version: 1 } }))
  const { stdout } = await tollgate(['tenant', 'get', 'acme', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ id: 'acme', of_a_later_version: 1 })
})

it('puts nothing into the Worker', async () => {
  expect(await readFile(inject('workerPath'), 'utf8')).not.toContain('commander')
})
