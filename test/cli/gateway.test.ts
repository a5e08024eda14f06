// The command line against the gateway itself: what it has of the control plane today.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, type RunningGateway, startGateway } from '../support/start-gateway.ts'
import { type Cli, withCli } from './support/run-cli.ts'

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await startGateway({ upstreamUrl: 'http://127.0.0.1:9' })
})
afterAll(() => gateway.stop())

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

  it('tells usage and ledger', async () => {
    await loggedIn(async (cli) => {
      await cli(['tenant', 'create', 'told', '--limit', 'usd_per_day=10'])
      const usage = await cli(['usage', 'told', '--by', 'day'])
      expect(usage.stdout).toMatch(/usd_per_day +\$0\.00 +\$0\.00 +\$10\.00/)
      const ledger = await cli(['ledger', 'told', '--json'])
      const actions = ledger.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).action)
      expect(actions).toContain('tenant.create')
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
