// A change that leaves a tenant above a limit: tried first, and made only when what it comes to is
// confirmed.
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN_TOKEN,
  answered,
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
/** Past the socket, so that it is none of the requests that are looked at. */
const acme = async (): Promise<unknown> =>
  (await gateway.inside.admin('GET', '/tenants/acme')).json()
const asked = () => gateway.requests.map(({ method, query }) => [method, query])

const TRIED = [
  ['GET', {}],
  ['PATCH', { dry_run: 'true' }],
]
const MADE = [...TRIED, ['PATCH', {}]]

describe.each([
  {
    args: ['tenant', 'update', 'acme', '--limit', 'tokens_per_day=1000'],
    what: 'Update tenant acme',
    warning: 'tokens_per_day: 1234 used, which is more than the new limit of 1000',
    made: { tenant: { limits: { tokens_per_day: 1000 } } },
    printed: { id: 'acme', limits: { tokens_per_day: 1000 } },
  },
  {
    args: ['quota', 'set', 'acme', 'max_products', '3'],
    what: 'Set quota max_products of tenant acme',
    warning: 'max_products: 5 used, which is more than the new limit of 3',
    made: { tenant: { quotas: { max_products: 3 } } },
    printed: { max_products: 3 },
  },
])('$what', ({ args, what, warning, made, printed }) => {
  let before: unknown
  const consequence = 'requests are refused while its use is above a limit.'
  const told = () =>
    `Warning: ${warning}\n${what} at ${gateway.url} (no profile, TOLLGATE_API_URL): ${consequence}\n`

  beforeEach(async () => {
    await tollgate(['quota', 'acquire', 'max_products', '--amount', '5'], {}, gateway.ownKey)
    before = await acme()
    gateway.requests.length = 0
  })

  it('is warned of and not made where nobody can be asked', async () => {
    const { code, stdout, stderr } = await tollgate(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      `${told()}error: This has to be confirmed, and there is no terminal to ask on.\n` +
        '  try: --confirm acme   (or --yes)\n',
    )
    expect(asked()).toEqual(TRIED)
    expect(await acme()).toEqual(before)
  })

  it.each(['another\n', 'yes\n', '\n', ''])('is not made when %j is typed', async (typed) => {
    const { code, stdout, stderr } = await tollgate(args, { typed })
    expect([code, stdout]).toEqual([6, ''])
    const shown = stripVTControlCharacters(stderr)
    expect(shown.startsWith(`${told()}Type acme to go on: `)).toBe(true)
    expect(asked()).toEqual(TRIED)
    expect(await acme()).toEqual(before)
  })

  it('is not even tried when another name is confirmed', async () => {
    const { code, stderr } = await tollgate([...args, '--confirm', 'another'])
    expect(code).toBe(2)
    expect(stderr).toBe("error: --confirm says 'another', but this is about 'acme'.\n")
    expect(asked()).toEqual([])
  })

  it('is made when the name is typed, and warned of once', async () => {
    const { code, stderr } = await tollgate(args, { typed: 'acme\n' })
    expect(code).toBe(0)
    expect(stderr.split(warning)).toHaveLength(2)
    expect(asked()).toEqual(MADE)
    expect(await acme()).toMatchObject(made)
  })

  it.each([['--yes'], ['--confirm', 'acme']])(
    'is made without a question: %s',
    async (...flags) => {
      const { code, stderr } = await tollgate([...args, ...flags])
      expect([code, stderr]).toEqual([0, told()])
      expect(asked()).toEqual(MADE)
      expect(await acme()).toMatchObject(made)
    },
  )

  it('keeps its warning out of what --json prints', async () => {
    const { stdout, stderr } = await tollgate([...args, '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject(printed)
    expect(stderr).toBe(told())
  })

  it('is made in the version that was tried', async () => {
    await tollgate([...args, '--yes'])
    const { version } = (before as { tenant: { version: string } }).tenant
    const guards = gateway.sent('PATCH').map(({ headers }) => headers['if-match'])
    expect(guards).toEqual([`"${version}"`, `"${version}"`])
  })

  it('tells what only the change itself was warned of too', async () => {
    const answer = (...warnings: string[]) => answered({ ...(before as object), warnings })
    gateway.answerNext(answer(), answer('one', 'two'), answer('two', 'three'))
    const { code, stderr } = await tollgate([...args, '--yes'])
    expect(code).toBe(0)
    expect(stderr.match(/^Warning: .*$/gm)).toEqual([
      'Warning: one',
      'Warning: two',
      'Warning: three',
    ])
  })
})

describe('a change that nothing is warned of', () => {
  const args = ['tenant', 'update', 'acme', '--limit', 'tokens_per_day=2000']

  it.each([{}, { typed: '' }])('is made without a question, tried first: %j', async (options) => {
    const { code, stderr } = await tollgate(args, options)
    expect([code, stderr]).toEqual([0, ''])
    expect(asked()).toEqual(MADE)
  })

  it('is not made in the name of another', async () => {
    expect((await tollgate([...args, '--confirm', 'another'])).code).toBe(2)
    expect(asked()).toEqual([])
  })

  it('is not made in another version than was asked for', async () => {
    const { code, stderr } = await tollgate([...args, '--if-version', '0.9.old', '--yes'])
    expect([code, stderr.split('\n')[0]]).toEqual([5, 'error: The resource has changed'])
    expect(asked()).toEqual(TRIED)
    expect(gateway.sent('PATCH')[0]?.headers['if-match']).toBe('"0.9.old"')
  })

  it('is not made when it cannot be: the trial says so', async () => {
    const { code } = await tollgate(['tenant', 'update', 'acme', '--plan', 'nowhere', '--yes'])
    expect(code).toBe(2)
    expect(asked()).toEqual(TRIED)
  })
})
