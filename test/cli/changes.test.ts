// What is said of a change: that it may have been made, and what it leaves behind.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN_TOKEN,
  problem,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'
import { withCli } from './support/run-cli.ts'

let gateway: RecordedGateway

beforeEach(async () => {
  gateway = await startRecordedGateway()
})
afterEach(() => gateway.stop())

const tollgate = (args: readonly string[], options = {}, token = ADMIN_TOKEN) =>
  withCli((cli) => cli(args, options), { TOLLGATE_API_URL: gateway.url, TOLLGATE_TOKEN: token })

describe('without an answer, nothing is done twice:', () => {
  it.each([
    ['tenant create', () => ['tenant', 'create', 'globex'], () => ADMIN_TOKEN],
    ['plan create', () => ['plan', 'create', 'team'], () => ADMIN_TOKEN],
    ['key create', () => ['key', 'create', 'acme'], () => ADMIN_TOKEN],
    ['key rotate', () => ['key', 'rotate', 'acme', gateway.keyId], () => ADMIN_TOKEN],
    ['quota acquire', () => ['quota', 'acquire', 'max_products'], () => gateway.ownKey],
  ])('%s says how to repeat the very same attempt', async (_, args, token) => {
    gateway.answerNext(problem(503, 'The gateway cannot reach its store'))
    const { code, stderr } = await tollgate(args(), {}, token())
    expect(code).toBe(7)
    const [, repeat = ''] = /try: Repeat it with (--idempotency-key \S+): /.exec(stderr) ?? []
    expect(repeat).not.toBe('')
    expect((await tollgate([...args(), ...repeat.split(' ')], {}, token())).code).toBe(0)
    const [first, again] = gateway.sent('POST').map(({ headers }) => headers['idempotency-key'])
    expect(first).toBe(again)
  })
})

it('an If-Match that no header can carry is a matter of usage, not of the gateway', async () => {
  const args = ['tenant', 'update', 'acme', '--name', 'Other', '--if-version', '日本']
  const { code, stderr } = await tollgate(args)
  expect(code).toBe(2)
  expect(stderr).toContain("'日本' cannot be sent as If-Match.")
})

describe('a quota below present use', () => {
  beforeEach(() =>
    tollgate(['quota', 'acquire', 'max_products', '--amount', '5'], {}, gateway.ownKey),
  )

  it.each([
    ['quota', 'list', 'acme'],
    ['usage', 'acme'],
  ])('is shown as full, though nothing is allowed: %s %s', async (...args) => {
    await tollgate(['quota', 'set', 'acme', 'max_products', '0', '--yes'])
    const { stdout } = await tollgate(args)
    expect(stdout).toMatch(/max_products +5 .*█{10}/)
    expect(stdout).toMatch(/max_agents .*░{10}/)
  })
})
