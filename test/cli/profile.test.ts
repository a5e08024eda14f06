// Profiles and tokens: where they are kept, and that none goes where it does not belong.
import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, readdir, readFile, rename, stat, symlink } from 'node:fs/promises'
import { once } from 'node:events'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildCli } from '../../build/cli.ts'
import { run } from '../../cli/run.ts'
import { writeProfileFile } from './support/profiles.ts'
import { idleTerminal, withCli } from './support/run-cli.ts'
import {
  ADMIN_TOKEN,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'

let prod: RecordedGateway
let staging: RecordedGateway

beforeEach(async () => {
  ;[prod, staging] = await Promise.all([startRecordedGateway(), startRecordedGateway()])
})
afterEach(async () => {
  await Promise.all([prod.stop(), staging.stop()])
})

/** Two gateways, each with a profile; the token of each says whose it is. */
const twoProfiles = () =>
  JSON.stringify({
    current: 'prod',
    profiles: {
      prod: { api_url: prod.url, token: ADMIN_TOKEN },
      staging: { api_url: staging.url, token: 'staging-token' },
    },
  })

describe('config init and auth login', () => {
  it('keep address and token in a file of mode 600 in a folder of mode 700', async () => {
    await withCli(async (cli, home) => {
      await cli(['config', 'init', '--api-url', `${prod.url}/`])
      const { code, stderr, stdout } = await cli(['auth', 'login', '--token-stdin'], {
        stdin: `${ADMIN_TOKEN}\n`,
      })
      const path = join(home, '.config/tollgate/config.json')
      expect([code, stdout]).toEqual([0, ''])
      expect(stderr).toBe(`Logged in to ${prod.url} (profile default) as admin token.\n`)
      expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
        current: 'default',
        profiles: { default: { api_url: prod.url, token: ADMIN_TOKEN } },
      })
      const modes = await Promise.all([stat(path), stat(join(path, '..'))])
      expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o700])
    })
  })

  it('keep no token that the gateway does not accept', async () => {
    await withCli(async (cli, home) => {
      await cli(['config', 'init', '--api-url', prod.url])
      const { code, stderr } = await cli(['auth', 'login', '--token-stdin'], {
        stdin: 'no-such-token',
      })
      expect(code).toBe(3)
      expect(stderr).toContain('error: Credentials are missing or wrong\n  The credential does not')
      const file = await readFile(join(home, '.config/tollgate/config.json'), 'utf8')
      expect(file).not.toContain('no-such-token')
    })
  })

  it('ask nobody where there is no terminal', async () => {
    await withCli(async (cli) => {
      await cli(['config', 'init', '--api-url', prod.url])
      const { code, stderr } = await cli(['auth', 'login'], { stdin: `${ADMIN_TOKEN}\n` })
      expect([code, stderr]).toEqual([2, expect.stringContaining('try: --token-stdin')])
      expect(prod.requests).toEqual([])
    })
  })

  it('know a tenant by its API key, which is never tried on the control plane', async () => {
    await withCli(async (cli) => {
      await cli(['config', 'init', '--api-url', prod.url])
      const { stderr } = await cli(['auth', 'login', '--token-stdin'], { stdin: prod.ownKey })
      expect(stderr).toContain(`as tenant acme (key ${prod.keyId}, user alice).`)
      expect(prod.requests.map(({ path }) => path)).toEqual(['/tenant'])
    })
  })

  it('refuse a token as an argument without repeating it', async () => {
    await withCli(async (cli) => {
      const asArgument = await cli(['auth', 'login', 'sk-very-secret'])
      const asFlag = await cli(['auth', 'login', '--token=sk-very-secret'])
      expect([asArgument.code, asFlag.code]).toEqual([2, 2])
      expect(asArgument.stderr + asFlag.stderr).not.toContain('secret')
    })
  })

  it.each(['two words', 'ünïcode', '', 'a\nb'])('refuse what is no token: %j', async (text) => {
    await withCli(async (cli) => {
      await cli(['config', 'init', '--api-url', prod.url])
      const { code } = await cli(['auth', 'login', '--token-stdin'], { stdin: text })
      expect(code).toBe(3)
      expect(prod.requests).toEqual([])
    })
  })

  it('drop the token when a profile gets another address', async () => {
    await withCli(async (cli, home) => {
      const path = await writeProfileFile(home, twoProfiles())
      const { stderr } = await cli(['config', 'init', '--api-url', staging.url])
      expect(stderr).toContain('Profile default is for')
      const moved = await cli(['config', 'init', '--api-url', staging.url, '--profile', 'prod'])
      expect(moved.stderr).toContain(`Its token was for ${prod.url} and has been removed.`)
      expect(await readFile(path, 'utf8')).not.toContain(ADMIN_TOKEN)
    })
  })
})

it('auth login keeps no token where the profile has got another address meanwhile', async () => {
  await withCli(async (cli, home) => {
    const path = await writeProfileFile(home, `{"profiles":{"prod":{"api_url":"${prod.url}"}}}`)
    const stdin = new PassThrough()
    const isRead = once(stdin, 'newListener')
    const login = run(['auth', 'login', '--profile', 'prod', '--token-stdin'], {
      ...idleTerminal(),
      homeFolder: home,
      stdin,
    })
    await isRead
    await cli(['config', 'init', '--api-url', staging.url, '--profile', 'prod'])
    stdin.end(ADMIN_TOKEN)
    expect(await login).toBe(5)
    const { profiles } = JSON.parse(await readFile(path, 'utf8'))
    expect(profiles).toEqual({ prod: { api_url: staging.url } })
  })
})

describe('the file of profiles', () => {
  it.each([0o604, 0o640, 0o620])(
    'is refused with mode %o, with the way to mend it',
    async (mode) => {
      await withCli(async (cli, home) => {
        const path = await writeProfileFile(home, twoProfiles())
        await chmod(path, mode)
        const { code, stderr } = await cli(['status'])
        expect(code).toBe(3)
        expect(stderr).toContain(`try: chmod 600 '${path}'`)
        expect(prod.requests).toEqual([])
      })
    },
  )

  it.each([
    '{',
    '[]',
    '{"profiles":{"a":{"api_url":"x","token":"s3cret"}}}',
    '{"profiles":{},"x":1}',
  ])('is refused when it is malformed, without repeating what is in it: %s', async (content) => {
    await withCli(async (cli, home) => {
      await writeProfileFile(home, content)
      const { code, stderr } = await cli(['config', 'list'])
      expect(code).toBe(1)
      expect(stderr).toContain('cannot be understood')
      expect(stderr).not.toContain('s3cret')
    })
  })

  it('leaves the folder that it is linked into as it is', async () => {
    await withCli(async (cli, home) => {
      const path = await writeProfileFile(home, twoProfiles())
      const shared = join(home, 'dotfiles')
      await mkdir(shared)
      await chmod(shared, 0o755)
      await rename(path, join(shared, 'tollgate.json'))
      await symlink(join(shared, 'tollgate.json'), path)
      expect((await cli(['config', 'use', 'staging'])).code).toBe(0)
      const modes = await Promise.all([stat(shared), stat(path), stat(join(path, '..'))])
      expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o755, 0o600, 0o700])
      expect((await lstat(path)).isSymbolicLink()).toBe(true)
    })
  })

  it('keeps what others have changed meanwhile', async () => {
    await withCli(async (cli, home) => {
      const names = Array.from({ length: 8 }, (_, at) => `p${at}`)
      const made = await Promise.all(
        names.map((name) => cli(['config', 'init', '--api-url', prod.url, '--profile', name])),
      )
      expect(made.map(({ code }) => code)).toEqual(names.map(() => 0))
      const { stdout } = await cli(['config', 'list', '--json'])
      expect(
        JSON.parse(stdout)
          .map(({ name }: { name: string }) => name)
          .toSorted(),
      ).toEqual(names)
      expect(await readdir(join(home, '.config/tollgate'))).toEqual(['config.json'])
    })
  })

  it('is in the home that the system knows where HOME is empty, not where one stands', async () => {
    await withCli(async (_, home) => {
      const cli = await buildCli()
      const env = { HOME: '', TOLLGATE_API_URL: prod.url }
      const options = { cwd: home, env, encoding: 'utf8' } as const
      const shown = execFileSync(process.execPath, [cli, 'config', 'show', '--json'], options)
      expect(JSON.parse(shown).file).toBe(join(userInfo().homedir, '.config/tollgate/config.json'))
    })
  })

  it('is looked for where XDG_CONFIG_HOME says', async () => {
    await withCli(async (cli, home) => {
      const env = { XDG_CONFIG_HOME: join(home, 'elsewhere') }
      await cli(['config', 'init', '--api-url', prod.url], { env })
      const { stdout } = await cli(['config', 'show', '--json'], { env })
      expect(JSON.parse(stdout)).toEqual({
        profile: 'default',
        api_url: prod.url,
        token_from: null,
        file: join(home, 'elsewhere/tollgate/config.json'),
      })
    })
  })
})

describe('which gateway, as whom', () => {
  it('is said by --profile before TOLLGATE_PROFILE before the current one', async () => {
    await withCli(async (cli, home) => {
      await writeProfileFile(home, twoProfiles())
      const env = { TOLLGATE_PROFILE: 'staging' }
      const shown = async (args: string[], of = {}) =>
        JSON.parse((await cli(['config', 'show', '--json', ...args], { env: of })).stdout).profile
      expect(await shown([])).toBe('prod')
      expect(await shown([], env)).toBe('staging')
      expect(await shown(['--profile', 'prod'], env)).toBe('prod')
      await cli(['config', 'use', 'staging'])
      expect(await shown([])).toBe('staging')
    })
  })

  it('may come from the environment alone', async () => {
    await withCli(async (cli) => {
      const env = { TOLLGATE_API_URL: prod.url, TOLLGATE_TOKEN: ADMIN_TOKEN }
      expect((await cli(['tenant', 'get', 'acme'], { env })).code).toBe(0)
    })
  })

  it.each(['TOLLGATE_API_URL', 'both'])(
    "never sends a profile's token to another address: %s",
    async (how) => {
      await withCli(async (cli, home) => {
        await writeProfileFile(home, twoProfiles())
        const env = {
          TOLLGATE_API_URL: staging.url,
          ...(how === 'both' && { TOLLGATE_TOKEN: ADMIN_TOKEN }),
        }
        const { code, stderr } = await cli(['tenant', 'list'], { env })
        expect(code).toBe(3)
        expect(stderr).toContain(`it is not sent to ${staging.url}`)
        expect(stderr).not.toContain(ADMIN_TOKEN)
        expect(staging.requests).toEqual([])
      })
    },
  )

  it('refuses a --profile that TOLLGATE_API_URL contradicts', async () => {
    await withCli(async (cli, home) => {
      await writeProfileFile(home, twoProfiles())
      const env = { TOLLGATE_API_URL: staging.url, TOLLGATE_TOKEN: 'other' }
      const { code } = await cli(['tenant', 'list', '--profile', 'prod'], { env })
      expect(code).toBe(2)
      expect([...prod.requests, ...staging.requests]).toEqual([])
    })
  })

  it('names the profiles there are when the one asked for is not', async () => {
    await withCli(async (cli, home) => {
      await writeProfileFile(home, twoProfiles())
      const { code, stderr } = await cli(['tenant', 'list', '--profile', 'prd'])
      expect(code).toBe(2)
      expect(stderr).toContain("There is no profile 'prd'.\n  try: There are: prod, staging.")
    })
  })

  it.each(['http://192.0.2.1', 'http://gateway.example.com', 'http://127.0.0.1.example.com'])(
    'sends nothing over plain http to %s',
    async (url) => {
      await withCli(async (cli) => {
        const env = { TOLLGATE_API_URL: url, TOLLGATE_TOKEN: 'token' }
        const { code, stderr } = await cli(['tenant', 'list'], { env })
        expect(code).toBe(2)
        expect(stderr).toContain('is plain http')
      })
    },
  )

  it('may be plain http to another machine where --insecure says so', async () => {
    await withCli(async (cli) => {
      const args = ['config', 'init', '--api-url', 'http://192.0.2.1']
      expect((await cli(args)).code).toBe(2)
      expect((await cli([...args, '--insecure'])).code).toBe(0)
    })
  })

  it.each(['ftp://h', 'https://user@h', 'https://h/?a=b', 'https://h/#x', 'h', 'https://u:p@h'])(
    'refuses an address that is none: %s',
    async (url) => {
      await withCli(async (cli) => {
        const { code, stderr } = await cli(['config', 'init', '--api-url', url])
        expect(code).toBe(2)
        expect(stderr).toContain('is not the address of a gateway')
      })
    },
  )
})
