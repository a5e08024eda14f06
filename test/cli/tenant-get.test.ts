// What is told of a tenant that has something of its own beside its plan.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN_TOKEN,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'
import { withCli } from './support/run-cli.ts'

let gateway: RecordedGateway

beforeEach(async () => {
  gateway = await startRecordedGateway()
})
afterEach(() => gateway.stop())

const tollgate = (args: readonly string[]) =>
  withCli((cli) => cli(args), { TOLLGATE_API_URL: gateway.url, TOLLGATE_TOKEN: ADMIN_TOKEN })

describe('tenant get', () => {
  it("marks what is the tenant's own, and shows the platform's notes", async () => {
    const args = ['--metadata', 'crm=42', '--inherit', 'quotas.max_products']
    await tollgate(['tenant', 'update', 'acme', ...args, '--inherit', 'quotas.max_collections'])
    const { stdout } = await tollgate(['tenant', 'get', 'acme'])
    expect(stdout.match(/^\* \S+ +\S+$/gm)).toEqual([
      '* requests_per_minute       50',
      '* usd_per_day               $10.00',
    ])
    expect(stdout.match(/^\w+ +\* .*$/gm)).toEqual([
      "Limits                      * its own, not the plan's",
    ])
    expect(stdout).toMatch(/\n {2}max_products +500\n[^]*\nMetadata +\n {2}crm +42\n$/)
  })

  it("marks nothing where all is the plan's", async () => {
    await gateway.inside.makeTenant({ id: 'plain', plan: 'pro' })
    const { stdout } = await tollgate(['tenant', 'get', 'plain'])
    expect(stdout).toContain('  requests_per_minute       60\n')
    expect(stdout).not.toContain('* ')
  })
})
