// What goes wrong: exit codes, what is said, and what is not.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApiClient } from '../../cli/api/client.ts'
import { run } from '../../cli/run.ts'
import { exampleProfiles, writeProfileFile } from './support/profiles.ts'
import { type Cli, idleTerminal, withCli } from './support/run-cli.ts'
import {
  ADMIN_TOKEN,
  answered,
  problem,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'

let gateway: RecordedGateway
let env: Record<string, string>

beforeEach(async () => {
  gateway = await startRecordedGateway()
  env = { TOLLGATE_API_URL: gateway.url, TOLLGATE_TOKEN: ADMIN_TOKEN }
})
afterEach(() => gateway.stop())

describe('exit codes', () => {
  it.each([
    [400, 2],
    [401, 3],
    [403, 3],
    [404, 4],
    [409, 5],
    [412, 5],
    [413, 2],
    [415, 2],
    [422, 2],
    [429, 6],
    [500, 1],
    [502, 7],
    [503, 7],
    [504, 7],
  ])('tell a %d by %d', async (status, exitCode) => {
    gateway.answerNext(problem(status, 'It did not work'))
    const { code } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(code).toBe(exitCode)
  })

  it('tell a gateway that is not there by 7', async () => {
    await gateway.stop()
    const { code, stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(code).toBe(7)
    expect(stderr).toContain(`error: ${gateway.url} cannot be reached: ECONNREFUSED.`)
    gateway = await startRecordedGateway()
  })

  it('tell a gateway that does not answer in time by 7, and not as one that is away', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const apiUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const interrupted = new AbortController().signal
    const api = new ApiClient({ apiUrl, token: null, tokenRemedy: '', interrupted, timeoutMs: 50 })
    const failure: unknown = await api.text('GET', '/healthz').catch((error: unknown) => error)
    expect(failure).toMatchObject({
      kind: 'unreachable',
      text: { title: `${apiUrl} did not answer in time.` },
    })
    silent.closeAllConnections()
    silent.close()
  })

  it('tell an interruption by 130', async () => {
    const args = ['ledger', 'acme', '--follow']
    const { code } = await withCli((cli) => cli(args, { interruptAfterPauses: 1 }), env)
    expect(code).toBe(130)
  })

  it.each([
    ['reads a token', ['auth', 'login', '--token-stdin']],
    ['reads a file', ['plan', 'create', 'team', '--file', '-']],
    ['asks for an address', ['config', 'init', '--profile', 'other']],
    ['asks for a confirmation', ['tenant', 'archive', 'acme']],
  ])('tell an interruption by 130 while it %s', async (_, args) => {
    await withCli(async (_cli, home) => {
      await writeProfileFile(home, exampleProfiles(gateway))
      const interrupt = new AbortController()
      const stdin = Object.assign(new PassThrough(), { isTTY: true })
      const isRead = once(stdin, 'newListener')
      const ended = run(args, {
        ...idleTerminal(),
        homeFolder: home,
        stdin,
        stderr: Object.assign(new PassThrough(), { isTTY: true }),
        interrupted: interrupt.signal,
      })
      await isRead
      interrupt.abort()
      expect(await ended).toBe(130)
      expect(gateway.requests).toEqual([])
    })
  })

  it('tell a missing token by 3, before anything is sent', async () => {
    const { code, stderr } = await withCli((cli) => cli(['tenant', 'list']), {
      TOLLGATE_API_URL: gateway.url,
    })
    expect(code).toBe(3)
    expect(stderr).toContain('try: tollgate auth login')
    expect(gateway.requests).toEqual([])
  })
})

describe('a token that is not accepted', () => {
  const CORRECT =
    'try: Correct TOLLGATE_TOKEN, or unset it: it goes before the token of any profile.'
  const LOG_IN = 'try: tollgate auth login\n'
  const withProfile = <T>(use: (cli: Cli) => Promise<T>) =>
    withCli(async (cli, home) => {
      const profiles = { default: { api_url: gateway.url, token: 'wrong-too' } }
      await writeProfileFile(home, JSON.stringify({ current: 'default', profiles }))
      return use(cli)
    })

  it.each([['tenant', 'get', 'acme'], ['auth', 'status'], ['status']])(
    'is to be corrected where it is from: %s %s',
    async (...args) => {
      await withProfile(async (cli) => {
        const ofProfile = await cli(args)
        expect([ofProfile.code, ofProfile.stderr]).toEqual([3, expect.stringContaining(LOG_IN)])
        const ofEnv = await cli(args, { env: { TOLLGATE_TOKEN: 'wrong' } })
        expect([ofEnv.code, ofEnv.stderr]).toEqual([3, expect.stringContaining(CORRECT)])
        expect(ofEnv.stderr).not.toContain('auth login')
      })
    },
  )

  it.each([
    ['a problem', problem(401, 'Who are you?', { remedy: 'Send it as "Authorization: Bearer".' })],
    ['no problem', { status: 401, text: '<html>', type: 'text/html' }],
  ])('is to be corrected where it is from, told by %s', async (_, answer) => {
    gateway.answerNext(answer)
    const { stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(stderr).toContain(CORRECT)
  })

  it('is to be typed again where it was typed, whatever the environment has', async () => {
    await withProfile(async (cli) => {
      const options = { env: { TOLLGATE_TOKEN: ADMIN_TOKEN }, stdin: 'mistyped' }
      const { code, stderr } = await cli(['auth', 'login', '--token-stdin'], options)
      expect([code, stderr]).toEqual([3, expect.stringContaining(LOG_IN)])
    })
  })
})

describe('an error', () => {
  it('shows title, detail, remedy and request id of a problem', async () => {
    const members = { detail: 'It is taken.', remedy: 'Choose another.', request_id: 'req_9' }
    gateway.answerNext(problem(409, 'Conflict', members))
    const { stderr, stdout } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(stderr).toBe(
      'error: Conflict\n  It is taken.\n  try: Choose another.\n  request req_9\n',
    )
    expect(stdout).toBe('')
  })

  it('is one JSON object with --json', async () => {
    gateway.answerNext(problem(429, 'A rate limit is exhausted', { limit: 'requests_per_minute' }))
    const { stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme', '--json']), env)
    expect(JSON.parse(stderr).error).toMatchObject({
      kind: 'refused',
      exit_code: 6,
      title: 'A rate limit is exhausted',
      status: 429,
      limit: 'requests_per_minute',
    })
  })

  it('shows every member that is wrong', async () => {
    const errors = [
      { member: 'plan', message: 'is unknown' },
      { member: 'name', message: 'is empty' },
    ]
    gateway.answerNext(problem(422, 'Not acceptable', { errors }))
    const { stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(stderr).toContain('  plan: is unknown\n  name: is empty\n')
  })

  it.each([[], ['--json']])(
    'never holds the token, whatever the server repeats %s',
    async (...flags) => {
      gateway.answerNext(problem(401, `Not ${ADMIN_TOKEN}`, { detail: `Bearer ${ADMIN_TOKEN}` }))
      const { stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme', ...flags]), env)
      expect(stderr).toContain('Bearer [token]')
      expect(stderr).not.toContain(ADMIN_TOKEN)
    },
  )

  it.each([[], ['--json']])('never holds a token with quotes in it either %s', async (...flags) => {
    const token = 'quo"ted\\token'
    gateway.answerNext(problem(401, `Not ${token}`))
    const options = { env: { TOLLGATE_TOKEN: token } }
    const { stderr } = await withCli(
      (cli) => cli(['tenant', 'get', 'acme', ...flags], options),
      env,
    )
    expect(stderr).toContain('Not [token]')
    expect(stderr).not.toContain('ted')
  })

  it.each(['1', 'error', '"'])('is JSON still with %j as the token', async (token) => {
    gateway.answerNext(problem(401, `Not ${token}.`))
    const options = { env: { TOLLGATE_TOKEN: token } }
    const { stderr } = await withCli(
      (cli) => cli(['tenant', 'get', 'acme', '--json'], options),
      env,
    )
    expect(JSON.parse(stderr).error).toMatchObject({ exit_code: 3, title: 'Not [token].' })
  })

  it('cannot act on the terminal', async () => {
    gateway.answerNext(problem(409, 'Con\u001b[2Jflict', { detail: 'a\u0007\u202eb\r' }))
    const { stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(stderr).toBe('error: Con\\u{1b}[2Jflict\n  a\\u{7}\\u{202e}b\\u{d}\n')
  })

  it('cannot act on the terminal as JSON either', async () => {
    const title = 'Con\u009b2Jflict\u001b[2J\u202e'
    gateway.answerNext(problem(409, title))
    const { stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme', '--json']), env)
    expect(stderr).toMatch(/^[\x20-\x7e]+\n$/)
    expect(JSON.parse(stderr).error.title).toBe(title)
  })

  it('that is no problem says so', async () => {
    gateway.answerNext({ status: 502, text: '<html>', type: 'text/html' })
    const { code, stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect([code, stderr.split('\n')[0]]).toEqual([
      7,
      'error: The server answered 502, without saying why.',
    ])
  })

  it.each([{ tenant: {} }, [], 'nothing'])(
    'is made of an answer that is not understood: %j',
    async (json) => {
      gateway.answerNext(answered(json))
      const { code } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
      expect(code).toBe(1)
    },
  )
})

describe('what comes from a server', () => {
  const evil = '\u001b]0;taken\u0007\u009b2J'
  const safe = '\\u{1b}]0;taken\\u{7}\\u{9b}2J'

  it('cannot act on the terminal by the name of a member', async () => {
    const { stdout } = await withCli(
      (cli) =>
        cli(['tenant', 'update', 'acme', '--file', '-'], {
          stdin: JSON.stringify({ metadata: { [evil]: 1 } }),
        }),
      env,
    )
    expect(stdout).toBe(`metadata.${safe}  absent → 1\n`)
  })

  it('cannot act on the terminal by who it says that one is', async () => {
    const tenant = { id: 'acme', name: 'Acme', status: 'ACTIVE', plan: 'pro' }
    gateway.answerNext(
      answered({ tenant, caller: { credential: 'api_key', key_id: 'key_1', user: evil } }),
    )
    const { stderr } = await withCli(async (cli) => {
      await cli(['config', 'init', '--api-url', gateway.url])
      return cli(['auth', 'login', '--token-stdin'], { stdin: gateway.ownKey })
    })
    expect(stderr).toContain(`as tenant acme (key key_1, user ${safe}).`)
  })

  it('cannot act on the terminal by what it says was done', async () => {
    const read = await withCli((cli) => cli(['tenant', 'get', 'acme', '--json']), env)
    gateway.answerNext(answered({ tenant: { ...JSON.parse(read.stdout), status: evil } }))
    const { stdout } = await withCli((cli) => cli(['tenant', 'reactivate', 'acme']), env)
    expect(stdout).toBe(`Tenant acme is ${safe}.\n`)
  })
})

it('follows no redirect, and so shows the token to nobody else', async () => {
  const other = await startRecordedGateway()
  try {
    const headers = { location: `${other.url}/admin/tenants/acme?secret=1` }
    gateway.answerNext({ ...answered({}, 307), headers })
    const { code, stderr } = await withCli((cli) => cli(['tenant', 'get', 'acme']), env)
    expect(code).toBe(1)
    expect(stderr).toContain(`It names ${other.url}\n`)
    expect(other.requests).toEqual([])
  } finally {
    await other.stop()
  }
})

it.each(['..', '.', ''])('sends no request for a tenant called %j', async (slug) => {
  const { code } = await withCli((cli) => cli(['tenant', 'get', slug]), env)
  expect(code).toBe(2)
  expect(gateway.requests).toEqual([])
})

it('sends a name as one segment of the path, whatever is in it', async () => {
  await withCli((cli) => cli(['user', 'get', 'acme', 'a/../b?c#d']), env)
  expect(gateway.requests[0]?.path).toBe('/admin/tenants/acme/users/a%2F..%2Fb%3Fc%23d')
})

describe('a wrong command line', () => {
  it.each([
    [['tenant', 'creat', 'x'], 'Did you mean create?'],
    [['tenants'], 'Did you mean tenant?'],
    [['tenant', 'list', '--stauts', 'ACTIVE'], 'Did you mean --status?'],
  ])('%j: %s', async (args, suggestion) => {
    const { code, stderr } = await withCli((cli) => cli(args), env)
    expect(code).toBe(2)
    expect(stderr).toContain(`try: ${suggestion}`)
  })

  it.each([
    ['tenant'],
    ['tenant', 'get'],
    ['tenant', 'list', '--limit', '0'],
    ['tenant', 'create', 'x-y', '--limit', 'usd_per_day=1e3'],
    ['tenant', 'create', 'x-y', '--limit', 'tokens_per_day=1.5'],
    ['tenant', 'create', 'x-y', '--limit', 'tokens_per_day=99999999999999999'],
    ['tenant', 'create', 'x-y', '--limit', '__proto__=1'],
    ['tenant', 'create', 'x-y', '--limit', 'a=1', '--limit', 'a=2'],
    ['tenant', 'update', 'acme'],
    ['usage', 'acme', '--chart', 'pie'],
    ['usage', 'acme', '--watch', '--interval', '3000000'],
    ['tenant', 'create', 'x-y', '--idempotency-key', '日本'],
    ['tenant', 'create', 'x-y', '--idempotency-key', ''],
    ['usage', 'acme', '--csv', '--json'],
    ['quota', 'release', 'max_products'],
    ['user', 'set', 'acme', 'alice'],
  ])('%s %s %s %s %s is a matter of usage, and sends nothing', async (...args) => {
    const { code } = await withCli((cli) => cli(args), env)
    expect(code).toBe(2)
    expect(gateway.requests).toEqual([])
  })
})
