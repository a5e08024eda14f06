// What commands ask of the control plane, and what they print of its answers.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { withCli } from './support/run-cli.ts'
import { problem } from './support/stand-in-answer.ts'
import { ADMIN_TOKEN, OWN_KEY, type StandIn, startStandIn } from './support/stand-in.ts'

let standIn: StandIn
let env: Record<string, string>

beforeEach(async () => {
  standIn = await startStandIn()
  env = { TOLLGATE_API_URL: standIn.url, TOLLGATE_TOKEN: ADMIN_TOKEN }
})
afterEach(() => standIn.stop())

const tollgate = (args: readonly string[], options = {}) =>
  withCli((cli) => cli(args, options), env)
const bodies = (method: string) => standIn.sent(method).map(({ body }) => body)

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
    expect(standIn.sent('POST')[0]?.headers['idempotency-key']).toBe('uuid-1')
    expect(stdout).toBe('tg_globex_first-key\n')
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
    standIn.answerNext(problem(503, 'The gateway cannot reach its store'))
    const { code, stderr } = await tollgate(['tenant', 'create', 'globex'])
    expect(code).toBe(7)
    expect(stderr).toContain('Repeat it with --idempotency-key uuid-1')
    await tollgate(['tenant', 'create', 'globex', '--idempotency-key', 'uuid-1'])
    const keys = standIn.sent('POST').map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual(['uuid-1', 'uuid-1'])
  })

  it('list follows the pages to their end, and no further than --limit', async () => {
    for (const id of ['bravo', 'charlie', 'delta']) await tollgate(['tenant', 'create', id])
    const all = await tollgate(['tenant', 'list', '--json'])
    const ids = (text: string) => JSON.parse(text).map(({ id }: { id: string }) => id)
    expect(ids(all.stdout)).toEqual(['acme', 'bravo', 'charlie', 'delta'])
    const some = await tollgate(['tenant', 'list', '--json', '--limit', '3', '--status', 'ACTIVE'])
    expect(ids(some.stdout)).toEqual(['acme', 'bravo', 'charlie'])
    expect(standIn.requests.at(-1)?.query).toEqual({ status: 'ACTIVE', after: 'bravo' })
  })

  it('update changes what was read, and shows what became of it', async () => {
    const { stdout } = await tollgate(['tenant', 'update', 'acme', '--limit', 'usd_per_day=12.50'])
    expect(standIn.sent('PATCH')[0]?.headers['if-match']).toBe('"1.1.nonce"')
    expect(bodies('PATCH')).toEqual([{ limits: { usd_per_day: '12.50' } }])
    expect(stdout).toBe('limits.usd_per_day  "10.00" → "12.50"\n')
  })

  it('update loses no change that came in between', async () => {
    const args = ['tenant', 'update', 'acme', '--name', 'Other', '--if-version', '0.9.old']
    const { code } = await tollgate(args)
    expect(code).toBe(5)
    expect(standIn.state.tenants.get('acme')?.['name']).toBe('Acme Inc')
  })

  it('delete prints the receipt', async () => {
    const { stdout } = await tollgate(['tenant', 'delete', 'acme', '--force', '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      tenant: 'acme',
      deleted: { keys: 1 },
      remaining: [],
    })
    expect(standIn.sent('DELETE')[0]?.query).toEqual({ force: 'true' })
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
  const changes = () => standIn.requests.filter(({ method }) => method !== 'GET')

  it.each(deeds)('is not done unconfirmed where nobody can be asked: %s %s', async (...args) => {
    const { code, stderr } = await tollgate(args)
    expect(code).toBe(2)
    expect(stderr).toContain(`at ${standIn.url} (no profile, TOLLGATE_API_URL): `)
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
  it('update waits for its job and shows progress on stderr', async () => {
    const args = ['plan', 'update', 'pro', '--limit', 'requests_per_minute=300', '--wait', '--json']
    const { code, stdout, stderr, pauses } = await tollgate(args)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ id: 'job_2', status: 'done', done: 3 })
    expect(stderr.match(/\d\/3 job job_2/g)).toEqual([
      '1/3 job job_2',
      '2/3 job job_2',
      '3/3 job job_2',
    ])
    expect(pauses).toEqual([1000, 1000, 1000])
    expect(standIn.sent('PATCH')[0]?.headers['if-match']).toMatch(/^"1\.\d+\.nonce"$/)
  })

  it('job get --wait fails when some of it did', async () => {
    const job = standIn.state.jobs.get('job_1')
    Object.assign(job ?? {}, { failed: [{ tenant: 'acme' }], status: 'done' })
    const { code, stdout } = await tollgate(['job', 'get', 'job_1', '--wait'])
    expect([code, stdout.includes('{"tenant":"acme"}')]).toEqual([1, true])
  })
})

describe('key', () => {
  it('create prints the key alone on stdout, once', async () => {
    const args = ['key', 'create', 'acme', '--user', 'alice', '--scope', 'chat', 'usage']
    const { stdout, stderr } = await tollgate(args)
    expect(stdout).toBe('tg_acme_secret-of-key_2\n')
    expect(stderr).toBe('Key key_2 of tenant acme is made. It is shown only now: keep it.\n')
    expect(bodies('POST')).toEqual([{ user: 'alice', scopes: ['chat', 'usage'] }])
  })

  it('list shows no secret', async () => {
    await tollgate(['key', 'create', 'acme'])
    expect((await tollgate(['key', 'list', 'acme'])).stdout).not.toContain('secret')
  })
})

describe('quota', () => {
  it('set changes the tenant as it was read', async () => {
    const { stdout } = await tollgate(['quota', 'set', 'acme', 'max_collections', 'unlimited'])
    expect(bodies('PATCH')).toEqual([{ quotas: { max_collections: null } }])
    expect(stdout).toBe('max_collections of acme: 10 → unlimited\n')
  })

  it('check tells a quota that is full by its exit code', async () => {
    env = { ...env, TOLLGATE_TOKEN: OWN_KEY }
    expect((await tollgate(['quota', 'check', 'max_collections', '--amount', '6'])).code).toBe(0)
    expect((await tollgate(['quota', 'check', 'max_collections', '--amount', '7'])).code).toBe(6)
  })

  it('acquire and release name what they took', async () => {
    env = { ...env, TOLLGATE_TOKEN: OWN_KEY }
    const taken = await tollgate(['quota', 'acquire', 'max_products', '--lease', '60'])
    expect(taken.stdout).toBe('acq_1\n')
    await tollgate(['quota', 'release', 'max_products', '--acquisition', 'acq_1'])
    expect(bodies('POST')).toEqual([{ amount: 1, lease_seconds: 60 }, { acquisition: 'acq_1' }])
  })
})

describe('usage', () => {
  it('hands on range and grouping, and draws what is most at full length', async () => {
    const args = ['usage', 'acme', '--from', '2026-06-01', '--by', 'day,model']
    const { stdout } = await tollgate(args, { columns: 60, env: { NO_COLOR: '1' } })
    expect(standIn.requests[0]?.query).toEqual({ from: '2026-06-01', by: 'day,model' })
    const [header, least, most] = stdout.trimEnd().split('\n').slice(-3)
    expect(header).toBe('cost by day, model')
    expect(least).toBe(`2026-06-16 model-6  ████████▎${' '.repeat(24)}  $0.25`)
    expect(most).toBe(`2026-06-17 model-7  ${'█'.repeat(33)}  $1.00`)
  })

  it('--csv is what the server says', async () => {
    const { stdout } = await tollgate(['usage', 'acme', '--csv'])
    expect(stdout).toBe('day,cost_usd\n2026-06-16,0.25\n')
  })

  it("--watch draws the report again until Ctrl-C, and a tenant's own requests as they come", async () => {
    const args = ['usage', 'acme', '--watch', '--interval', '5', '--json']
    const watched = await tollgate(args, { interruptAfterPauses: 2 })
    expect([watched.code, watched.pauses]).toEqual([130, [5000, 5000]])
    expect(watched.stdout.split('\n').length).toBe(2)
    env = { ...env, TOLLGATE_TOKEN: OWN_KEY }
    const { stdout } = await tollgate(['usage', '--watch'])
    expect(stdout).toContain('settled    gpt-4o-mini  1,234 tokens  $0.001  alice  req_1')
  })
})

it('usage --watch draws the report in the place of the one before on a terminal', async () => {
  const args = ['usage', 'acme', '--watch']
  const { code, stdout } = await tollgate(args, { columns: 80, interruptAfterPauses: 1 })
  expect(code).toBe(130)
  expect(stdout.startsWith('\u001b[H')).toBe(true)
  expect(stdout.endsWith('\u001b[J')).toBe(true)
})

describe('ledger', () => {
  it('prints every page, one entry a line', async () => {
    const { stdout } = await tollgate(['ledger', 'acme'])
    expect(stdout.split('\n')).toEqual([
      '     1  2026-06-17 12:00:00Z  control    tenant.create by admin-token',
      '     2  2026-06-17 12:00:00Z  refused    rate:requests_per_minute × 3',
      '     3  2026-06-17 12:00:00Z  settled    gpt-4o-mini  1,234 tokens  $0.001  alice  req_1',
      '',
    ])
  })

  it('--follow goes on after the last one', async () => {
    const { code } = await tollgate(['ledger', 'acme', '--follow'], { interruptAfterPauses: 1 })
    expect(code).toBe(130)
    expect(standIn.requests.map(({ query }) => query['after'])).toEqual(['0', '2', '3'])
  })
})

it('status tells health, readiness and identity, and its exit code the first trouble', async () => {
  const well = await tollgate(['status'])
  expect(well.stdout.split('\n')).toEqual([
    `${standIn.url} (no profile, TOLLGATE_API_URL)`,
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
  Object.assign(standIn.state.tenants.get('acme') ?? {}, { of_a_later_version: 1 })
  const { stdout } = await tollgate(['tenant', 'get', 'acme', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ id: 'acme', of_a_later_version: 1 })
})

it('puts nothing into the Worker', async () => {
  expect(await readFile(inject('workerPath'), 'utf8')).not.toContain('commander')
})
