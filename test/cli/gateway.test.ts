// The command line against the gateway as it is deployed, in workerd, with an upstream that bills.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chat, messages } from '../support/call-gateway.ts'
import { startTestUpstream, type TestUpstream } from '../support/test-upstream.ts'
import { ADMIN_TOKEN, type RunningGateway, startGateway } from '../support/start-gateway.ts'
import { type Cli, withCli } from './support/run-cli.ts'

let upstream: TestUpstream
let gateway: RunningGateway

beforeAll(async () => {
  upstream = await startTestUpstream()
  gateway = await startGateway({ upstreamUrl: upstream.url })
})
afterAll(async () => {
  await gateway.stop()
  await upstream.stop()
})

async function loggedIn<T>(use: (cli: Cli) => Promise<T>): Promise<T> {
  return withCli(
    async (cli) => {
      await cli(['config', 'init', '--api-url', gateway.url])
      await cli(['auth', 'login', '--token-stdin'], { stdin: ADMIN_TOKEN })
      return use(cli)
    },
    {},
    () => crypto.randomUUID(),
  )
}

describe('the gateway', () => {
  it('takes a tenant through its life', async () => {
    await loggedIn(async (cli) => {
      const made = await cli(['tenant', 'create', 'acme', '--name', 'Acme Inc', '--plan', 'pro'])
      expect(made.stderr).toContain('Tenant acme is ACTIVE, on plan pro')
      expect(made.stdout).toMatch(/^tg_acme_\w+\n$/)
      const again = await cli(['tenant', 'create', 'acme'])
      expect(again.code).toBe(5)

      const flags = ['--limit', 'usd_per_day=12.50', '--quota', 'max_widgets=100']
      const changed = await cli(['tenant', 'update', 'acme', ...flags])
      expect(changed.stdout).toMatch(/limits\.usd_per_day +.* → "12\.50"\n/)
      expect(changed.stdout).toMatch(/quotas\.max_widgets +absent → 100\n/)
      expect((await cli(['tenant', 'update', 'acme', ...flags])).stderr).toContain(
        'Nothing has changed',
      )
      const stale = await cli(['tenant', 'update', 'acme', '--name', 'x', '--if-version', '1.1.x'])
      expect([stale.code, stale.stderr.split('\n')[0]]).toEqual([
        5,
        'error: The resource has changed',
      ])

      const suspended = await cli(['tenant', 'suspend', 'acme', '--confirm', 'acme'])
      expect(suspended.stdout).toBe('Tenant acme is SUSPENDED.\n')
      const listed = await cli(['tenant', 'list', '--status', 'SUSPENDED', '--json'])
      expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'acme', plan: 'pro' }])
      expect((await cli(['tenant', 'reactivate', 'acme'])).stdout).toBe('Tenant acme is ACTIVE.\n')
      const got = JSON.parse((await cli(['tenant', 'get', 'acme', '--json'])).stdout)
      expect(got).toMatchObject({ id: 'acme', status: 'ACTIVE', limits: { usd_per_day: '12.50' } })
    })
  })

  it('makes, lists, rotates and revokes keys, and knows a tenant by its key', async () => {
    await loggedIn(async (cli) => {
      await cli(['tenant', 'create', 'keyed'])
      const made = await cli([
        'key',
        'create',
        'keyed',
        '--name',
        'ci',
        '--user',
        'alice',
        '--json',
      ])
      const { id, key } = JSON.parse(made.stdout)
      const rotated = JSON.parse(
        (await cli(['key', 'rotate', 'keyed', id, '--grace', '60', '--json'])).stdout,
      )
      expect(rotated.replaces).toMatchObject({ id, rotated_to: rotated.id })
      expect((await cli(['key', 'revoke', 'keyed', id, '--yes'])).stdout).toBe(
        `Key ${id} is revoked.\n`,
      )
      const { stdout } = await cli(['key', 'list', 'keyed'], { columns: 200 })
      expect(stdout).toMatch(new RegExp(`${id} +ci +alice +\\* +.*revoked`))
      expect(stdout).not.toContain(key)

      const env = { TOLLGATE_TOKEN: rotated.key }
      const status = await cli(['auth', 'status'], { env })
      expect(status.stdout).toContain(`tenant keyed (key ${rotated.id}, user alice)`)
      expect(JSON.parse((await cli(['usage', '--json'], { env })).stdout).tenant).toBe('keyed')
      expect((await cli(['tenant', 'list'], { env })).code).toBe(3)
    })
  })

  it('is well, and says what is wrong with a request', async () => {
    await loggedIn(async (cli) => {
      expect((await cli(['status'])).stdout).toContain('OK   API ready: ready\n')
      expect((await cli(['tenant', 'get', 'nobody-there'])).code).toBe(4)
      const wrong = await cli(['tenant', 'create', 'wrong', '--limit', 'usd_per_dya=1'])
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('usd_per_dya')])
      expect(gateway.printed()).not.toContain(ADMIN_TOKEN)
    })
  })
})

/** What each call of these tests is billed: 210,000 nano-USD of gpt-4o-mini, 1,500,000 of claude-haiku-4-5. */
const BILLED = { script: { input: 1_000, output: 100 }, body: { max_tokens: 100 } }

async function spend(tenant: string, calls: readonly Promise<Response>[]): Promise<void> {
  const answers = await Promise.all(calls)
  expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 200))
  await Promise.all(answers.map((answer) => answer.text()))
  await gateway.admin.settled(tenant, calls.length)
}

describe('a plan', () => {
  it('is made, changed, moved and deleted, and each change waited for to its end', async () => {
    await loggedIn(async (cli) => {
      const made = await cli(['plan', 'create', 'team', '--limit', 'usd_per_day=3', '--json'])
      expect(JSON.parse(made.stdout)).toMatchObject({
        name: 'team',
        limits: { usd_per_day: '3.00' },
      })
      const crowd = Array.from({ length: 60 }, (_, at) => `crowd-${at}`)
      await Promise.all(crowd.map((id) => gateway.admin.createTenant({ id, plan: 'team' })))
      const one = async (name: string) =>
        JSON.parse((await cli(['tenant', 'get', 'crowd-7', '--json'])).stdout)[name]

      const limits = ['--limit', 'requests_per_minute=7', '--limit', 'usd_per_day=4.50']
      const changed = await cli(['plan', 'update', 'team', ...limits, '--wait', '--json'])
      const job = JSON.parse(changed.stdout)
      expect(job).toMatchObject({ kind: 'plan.change', status: 'done', changed: 60, failed: [] })
      const steps = [...changed.stderr.matchAll(/(\d+)\/(\d+) job/g)].map(([, done]) =>
        Number(done),
      )
      expect(steps).toEqual(steps.toSorted((one, other) => one - other))
      expect(steps.at(-1)).toBe(job.total)
      expect(await one('limits')).toMatchObject({ requests_per_minute: 7, usd_per_day: '4.50' })

      const moved = await cli(['plan', 'move', 'team', 'pro', '--confirm', 'team', '--wait'])
      expect(moved.stdout).toMatch(/Plan +team → pro\nStatus +done\n.*, 60 changed\nFailed +0\n/)
      expect(await one('plan')).toBe('pro')
      const back = await cli(['plan', 'move', 'pro', 'team', '--yes', '--wait', '--json'])
      expect(JSON.parse(back.stdout)).toMatchObject({ from: 'pro', to: 'team', status: 'done' })

      const gone = [
        'plan',
        'delete',
        'team',
        '--fallback',
        'starter',
        '--confirm',
        'team',
        '--wait',
      ]
      expect((await cli(gone)).stdout).toMatch(/Kind +plan\.delete\n[^]*Status +done\n/)
      expect(await one('plan')).toBe('starter')
      expect((await cli(['plan', 'get', 'team'])).code).toBe(4)
      const jobs = JSON.parse((await cli(['job', 'list', '--json'])).stdout)
      expect(jobs.map(({ kind }: { kind: string }) => kind)).toEqual([
        'plan.delete',
        'plan.move',
        'plan.move',
        'plan.change',
      ])
      expect((await cli(['plan', 'delete', 'unlimited', '--yes'])).code).toBe(5)
    })
  })
})

describe('quotas, users and budgets', () => {
  it('are taken, given back, and told alike to platform and tenant', async () => {
    await loggedIn(async (cli) => {
      const { key } = await gateway.admin.createTenant({ id: 'full', quotas: { max_widgets: 3 } })
      const own = { env: { TOLLGATE_TOKEN: key } }
      const take = [
        'quota',
        'acquire',
        'max_widgets',
        '--amount',
        '2',
        '--idempotency-key',
        'job-1',
      ]
      const taken = await cli(take, own)
      expect([taken.stdout, (await cli(take, own)).stdout]).toEqual(['job-1\n', 'job-1\n'])
      expect((await cli(['quota', 'check', 'max_widgets'], own)).code).toBe(0)
      expect((await cli(['quota', 'check', 'max_widgets', '--amount', '2'], own)).code).toBe(6)
      const over = await cli(['quota', 'acquire', 'max_widgets', '--amount', '2'], own)
      expect([over.code, over.stdout]).toEqual([6, ''])

      const mine = await cli(['quota', 'list'], own)
      expect(mine.stdout).toMatch(/max_widgets +2 +3 +██████▋░░░ +1 +2\n/)
      expect((await cli(['quota', 'list', 'full'])).stdout).toBe(mine.stdout)
      const back = ['quota', 'release', 'max_widgets', '--acquisition', 'job-1', '--json']
      expect(JSON.parse((await cli(back, own)).stdout)).toMatchObject({ used: 0, high_water: 2 })
      expect((await cli(['quota', 'get', 'full', 'max_widgets'])).stdout).toMatch(/High water +2\n/)
    })
  })

  it('of a user refuse that user alone until they are cleared', async () => {
    await loggedIn(async (cli) => {
      const { key } = await gateway.admin.createTenant({ id: 'shared' })
      const alice = await gateway.admin.createKey('shared', { user: 'alice' })
      await cli(['user', 'set', 'shared', 'alice', '--limit', 'requests_per_minute=1'])
      await spend('shared', [chat(gateway.url, alice.key, BILLED)])
      expect((await chat(gateway.url, alice.key)).status).toBe(429)
      expect((await chat(gateway.url, key)).status).toBe(200)
      const { stdout } = await cli(['user', 'get', 'shared', 'alice'])
      expect(stdout).toMatch(/\nuser_requests_per_minute +1 +0 +20\d\d-/)
      const listed = JSON.parse((await cli(['user', 'list', 'shared', '--json'])).stdout)
      expect(listed).toMatchObject([{ id: 'alice', limits: { requests_per_minute: 1 } }])
      await cli(['user', 'clear', 'shared', 'alice'])
      expect((await chat(gateway.url, alice.key)).status).toBe(200)
    })
  })

  it('begin anew when they are reset, and the ledger says who and why', async () => {
    await loggedIn(async (cli) => {
      const { key } = await gateway.admin.createTenant({
        id: 'anew',
        limits: { usd_per_day: '1.00' },
      })
      await spend('anew', [chat(gateway.url, key, BILLED)])
      const reset = ['budget', 'reset', 'anew', 'usd_per_day', '--reason', 'our error']
      expect((await cli([...reset, '--confirm', 'anew'])).stdout).toBe(
        'usd_per_day: $0.00 of $1.00\n',
      )
      const { stdout } = await cli(['ledger', 'anew'])
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.slice(30)),
      ).toEqual([
        'control     tenant.create by admin-token',
        'control     tenant.activate by admin-token',
        expect.stringMatching(/^settled {5}gpt-4o-mini {2}1,100 tokens {2}\$0\.00021 {2}req_\w+$/),
        'reset       usd_per_day  $0.00021 → $0.00 by admin-token: our error',
      ])
    })
  })
})

describe('usage', () => {
  const groupsOf = (stdout: string) =>
    JSON.parse(stdout).groups.map((group: Record<string, unknown>) => [
      group['day'] ?? group['month'] ?? group['model'] ?? group['user'] ?? group['key'] ?? null,
      group['requests'],
      group['total_tokens'],
      group['cost_usd'],
    ])

  it('is told exactly by day, month, model, user and key, as JSON, CSV and chart', async () => {
    await loggedIn(async (cli) => {
      const { key } = await gateway.admin.createTenant({ id: 'spent' })
      const alice = await gateway.admin.createKey('spent', { user: 'alice' })
      await spend('spent', [
        messages(gateway.url, key, BILLED),
        chat(gateway.url, alice.key, BILLED),
        chat(gateway.url, alice.key, BILLED),
      ])
      const by = async (...flags: string[]) =>
        (await cli(['usage', 'spent', ...flags], { columns: 60, env: { NO_COLOR: '1' } })).stdout
      const whole = JSON.parse(await by('--json'))
      expect(whole.total).toMatchObject({
        requests: 3,
        refused: 0,
        input_tokens: 3_000,
        output_tokens: 300,
        cost_usd: '0.00192',
      })
      const all = [3, 3_300, '0.00192']
      expect(groupsOf(await by('--by', 'day', '--json'))).toEqual([[whole.to, ...all]])
      expect(groupsOf(await by('--by', 'month', '--json'))).toEqual([
        [whole.to.slice(0, 7), ...all],
      ])
      const haiku = [1, 1_100, '0.0015']
      const mini = [2, 2_200, '0.00042']
      expect(groupsOf(await by('--by', 'model', '--json'))).toEqual([
        ['claude-haiku-4-5', ...haiku],
        ['gpt-4o-mini', ...mini],
      ])
      expect(groupsOf(await by('--by', 'user', '--json'))).toEqual([
        ['alice', ...mini],
        [null, ...haiku],
      ])
      const byKey = groupsOf(await by('--by', 'key', '--json'))
      expect(byKey).toHaveLength(2)
      expect(byKey).toContainEqual([alice.id, ...mini])

      const csv = (await by('--by', 'user', '--csv')).trimEnd().split('\n')
      expect(csv.map((line) => line.split(',')[0])).toEqual(['user', 'alice', ''])
      expect((await by('--by', 'model')).trimEnd().split('\n').slice(-3)).toEqual([
        'cost by model',
        `claude-haiku-4-5  ${'█'.repeat(32)}   $0.0015`,
        `gpt-4o-mini       ${'█'.repeat(9)}${' '.repeat(23)}  $0.00042`,
      ])
      expect(await by('--by', 'user', '--chart', 'requests')).toMatch(/\(none\) +█+▌ +1\n$/)
    })
  })

  it('--watch shows a tenant its requests as they are settled, as the ledger has them', async () => {
    await loggedIn(async (cli) => {
      const { key } = await gateway.admin.createTenant({ id: 'watched' })
      let ended = false
      const watching = cli(['usage', '--watch'], {
        env: { TOLLGATE_TOKEN: key },
        interruptAt: '\n',
      }).finally(() => (ended = true))
      // What is settled before it listens is not told to it.
      for (let n = 1; !ended && n < 50; n++) {
        await spend('watched', [chat(gateway.url, key, BILLED)])
        await Promise.race([watching, pause(200)])
      }
      const { code, stdout } = await watching
      expect(code).toBe(130)
      const ledger = (await cli(['ledger', 'watched'])).stdout
      expect(stdout).toMatch(
        /^ +\d+ {2}\S+ \S+Z {2}settled {5}gpt-4o-mini {2}1,100 tokens {2}\$0\.00021/,
      )
      expect(ledger).toContain(stdout)
    })
  })

  it('--watch shows the platform the report once more when it has changed', async () => {
    await loggedIn(async (cli) => {
      const { key } = await gateway.admin.createTenant({ id: 'looked-at' })
      await spend('looked-at', [chat(gateway.url, key, BILLED)])
      const { code, stdout } = await cli(['usage', 'looked-at', '--watch'], {
        interruptAfterPauses: 3,
      })
      expect(code).toBe(130)
      expect(stdout.match(/^Requests +1 \(0 refused\)$/gm)).toHaveLength(1)
    })
  })
})
