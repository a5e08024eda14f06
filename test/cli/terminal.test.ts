// The command line as a person sees it, in a real pseudo-terminal: prompts, echo, widths, colour.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildCli } from '../../build/cli.ts'
import { displayWidth } from '../../cli/output/text.ts'
import { exampleProfiles, writeProfileFile } from './support/profiles.ts'
import { CTRL_C, CTRL_D, openPty, type PtyOptions, whyNoPty } from './support/pty.ts'
import {
  ADMIN_TOKEN,
  type RecordedGateway,
  startRecordedGateway,
} from './support/recorded-gateway.ts'

const reason = whyNoPty()
const ESCAPE = '\u001b['

describe.skipIf(reason !== null)(
  `in a pseudo-terminal${reason === null ? '' : ` (${reason})`}`,
  () => {
    let cliPath: string
    let gateway: RecordedGateway
    let home: string

    beforeAll(async () => {
      cliPath = await buildCli()
    })
    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'tollgate-pty-'))
      gateway = await startRecordedGateway()
    })
    afterEach(async () => {
      await gateway.stop()
      await rm(home, { recursive: true, force: true })
    })

    const open = (command: string, options: Partial<PtyOptions> = {}) =>
      openPty({ command, cliPath, home, ...options })
    const loggedIn = () => writeProfileFile(home, exampleProfiles(gateway))
    const changes = () => gateway.requests.filter(({ method }) => method !== 'GET')

    describe('auth login', () => {
      beforeEach(() =>
        writeProfileFile(home, `{"profiles":{"default":{"api_url":"${gateway.url}"}}}`),
      )

      it('asks for the token and shows nothing of it', async () => {
        const pty = open('$TOLLGATE auth login')
        await pty.sees('not shown: ')
        pty.type('mistyped\u0015')
        pty.type(`${ADMIN_TOKEN}\r`)
        expect(await pty.exited).toBe(0)
        expect(pty.shown()).toContain('as admin token.')
        expect(pty.shown()).not.toContain('canary')
        expect(pty.shown()).not.toContain('mistyped')
        const file = await readFile(join(home, '.config/tollgate/config.json'), 'utf8')
        expect(JSON.parse(file).profiles.default.token).toBe(ADMIN_TOKEN)
      })

      it('leaves the terminal with its echo', async () => {
        const pty = open('$TOLLGATE auth login; stty -a')
        await pty.sees('not shown: ')
        pty.type(CTRL_C)
        await pty.exited
        expect(pty.shown()).toMatch(/[ ;]echo /)
      })

      it.each([
        ['Ctrl-C', CTRL_C, 130],
        ['Ctrl-D', CTRL_D, 6],
      ])('ends at %s, and keeps and sends nothing', async (_, key, code) => {
        const pty = open('$TOLLGATE auth login')
        await pty.sees('not shown: ')
        pty.type(`half-a-tok${key === CTRL_D ? '\u0015' : ''}${key}`)
        expect(await pty.exited).toBe(code)
        expect(pty.shown()).not.toContain('half-a-tok')
        expect(gateway.requests).toEqual([])
      })
    })

    describe('a confirmation', () => {
      beforeEach(loggedIn)

      it('names gateway and profile, and goes on when the name is typed', async () => {
        const pty = open('$TOLLGATE tenant archive acme --profile staging --no-color')
        await pty.sees('Type acme to go on: ')
        expect(pty.shown()).toContain(`Archive tenant acme at ${gateway.url} (profile staging): `)
        pty.type('acme\r')
        expect(await pty.exited).toBe(0)
        expect(changes().map(({ path }) => path)).toEqual(['/admin/tenants/acme/archive'])
      })

      it.each([
        ['another name', 'acne\r', 6],
        ['nothing', '\r', 6],
        ['"yes"', 'yes\r', 6],
        ['Ctrl-D', CTRL_D, 6],
        ['Ctrl-C', CTRL_C, 130],
      ])('does nothing when %s is typed', async (_, typed, code) => {
        const pty = open('$TOLLGATE tenant delete acme --force --no-color')
        await pty.sees('to go on: ')
        pty.type(typed)
        expect(await pty.exited).toBe(code)
        expect(changes()).toEqual([])
      })

      it('is asked for though stdout is a pipe, and leaves no trace in it', async () => {
        const file = join(home, 'out')
        const pty = open(`$TOLLGATE tenant suspend acme --no-color > ${file}`)
        await pty.sees('Type acme to go on: ')
        pty.type('acme\r')
        expect(await pty.exited).toBe(0)
        expect(await readFile(file, 'utf8')).toBe('Tenant acme is SUSPENDED.\n')
      })

      it('is not asked for where stdin is no terminal', async () => {
        const pty = open('echo acme | $TOLLGATE tenant suspend acme')
        expect(await pty.exited).toBe(2)
        expect(changes()).toEqual([])
      })
    })

    describe('a change that is warned of', () => {
      const command = '$TOLLGATE tenant update acme --limit tokens_per_day=1000 --no-color'
      const acme = async () => (await gateway.inside.admin('GET', '/tenants/acme')).json()
      beforeEach(loggedIn)

      it('is asked about, and made when the name is typed', async () => {
        const pty = open(command)
        await pty.sees('Type acme to go on: ')
        expect(pty.shown()).toContain(
          'Warning: tokens_per_day: 1234 used, which is more than the new limit of 1000\n' +
            `Update tenant acme at ${gateway.url} (profile default): `,
        )
        pty.type('acme\r')
        expect(await pty.exited).toBe(0)
        expect(pty.shown()).toContain('limits.tokens_per_day  500000 → 1000\n')
        expect(await acme()).toMatchObject({ tenant: { limits: { tokens_per_day: 1000 } } })
      })

      it.each([
        ['"no"', 'no\r', 6],
        ['Ctrl-D', CTRL_D, 6],
        ['Ctrl-C', CTRL_C, 130],
      ])('changes nothing when %s is typed', async (_, typed, code) => {
        const before = await acme()
        const pty = open(command)
        await pty.sees('to go on: ')
        pty.type(typed)
        expect(await pty.exited).toBe(code)
        expect(await acme()).toEqual(before)
      })

      it('changes nothing when something else has changed since the warning', async () => {
        const pty = open(command)
        await pty.sees('to go on: ')
        await gateway.inside.admin('PATCH', '/tenants/acme', { limits: { tokens_per_day: 5000 } })
        const before = await acme()
        pty.type('acme\r')
        expect(await pty.exited).toBe(5)
        expect(await acme()).toEqual(before)
      })

      it.each([
        ['stdin is a pipe', `echo acme | ${command}`],
        ['stderr is a file', `${command} 2> /dev/null`],
      ])('changes nothing where %s', async (_, piped) => {
        const before = await acme()
        const pty = open(piped)
        expect(await pty.exited).toBe(2)
        expect(await acme()).toEqual(before)
      })

      it('changes nothing where the change itself was typed, to the end of the input', async () => {
        const before = await acme()
        const pty = open('$TOLLGATE tenant update acme --file - --no-color')
        pty.type(`{"limits":{"tokens_per_day":1000}}\r${CTRL_D}`)
        expect(await pty.exited).toBe(2)
        expect(pty.shown()).toContain('there is no terminal to ask on')
        expect(await acme()).toEqual(before)
      })
    })

    describe('a wait', () => {
      beforeEach(loggedIn)

      it('ends at Ctrl-C', async () => {
        const pty = open('$TOLLGATE ledger acme --follow')
        await pty.sees('gpt-4o-mini')
        pty.type(CTRL_C)
        expect(await pty.exited).toBe(130)
        expect(pty.shown()).toContain('Interrupted.')
      })
    })

    describe('a table', () => {
      beforeEach(loggedIn)

      it.each([40, 80, 200])('fits %d columns', async (columns) => {
        for (const command of [
          'tenant list',
          'key list acme',
          'usage acme',
          'quota list acme',
          'plan list',
          'ledger acme',
          'tenant get acme',
        ]) {
          const pty = open(`$TOLLGATE ${command}`, { columns })
          expect(await pty.exited).toBe(0)
          const lines = stripVTControlCharacters(pty.shown()).trimEnd().split('\n')
          const widest = Math.max(...lines.map(displayWidth))
          expect(widest, `${command}\n${lines.join('\n')}`).toBeLessThanOrEqual(columns)
          expect(widest).toBeGreaterThan(10)
        }
      })

      it('cuts with … what a pipe shows whole', async () => {
        const name = 'a-tenant-with-a-name-that-is-as-long-as-a-name-may-ever-be-1234'
        await gateway.inside.admin('POST', '/tenants', { id: name })
        const narrow = open('$TOLLGATE tenant list', { columns: 60 })
        const piped = open('$TOLLGATE tenant list | cat', { columns: 60 })
        await Promise.all([narrow.exited, piped.exited])
        expect(narrow.shown()).toContain('a-tenant-with-a-n')
        expect(narrow.shown()).toContain('…')
        expect(piped.shown()).toContain(name)
      })
    })

    describe('colour', () => {
      beforeEach(loggedIn)

      it.each([
        ['is there on a terminal', '$TOLLGATE tenant list', {}, true],
        ['is not there in a pipe', '$TOLLGATE tenant list | cat', {}, false],
        ['is not there with --no-color', '$TOLLGATE tenant list --no-color', {}, false],
        ['is not there with NO_COLOR', '$TOLLGATE tenant list', { NO_COLOR: '1' }, false],
        ['is not there in JSON', '$TOLLGATE tenant list --json', {}, false],
      ])('%s', async (_, command, env, coloured) => {
        const pty = open(command, { env })
        expect(await pty.exited).toBe(0)
        expect(pty.shown()).toContain('acme')
        expect(pty.shown().includes(ESCAPE)).toBe(coloured)
      })
    })

    it.skipIf(!existsSync('/dev/full'))('says so where what it prints has no room', async () => {
      await loggedIn()
      const pty = open('$TOLLGATE key create acme > /dev/full')
      expect(await pty.exited).toBe(1)
      expect(pty.shown()).toMatch(/\nerror: standard output cannot be written: .*ENOSPC/)
    })

    it.skipIf(!existsSync('/dev/full'))(
      'ends with the exit code that it has, though nothing can be told of it',
      async () => {
        await loggedIn()
        const pty = open('$TOLLGATE tenant get nobody 2> /dev/full')
        expect(await pty.exited).toBe(4)
      },
    )

    it('ends quietly when its reader does', async () => {
      await loggedIn()
      const pty = open('$TOLLGATE ledger acme | head -n 1')
      expect(await pty.exited).toBe(0)
      expect(pty.shown()).toBe(
        '     1  2026-06-17 12:00:00Z  control     tenant.create by admin-token\n',
      )
    })
  },
)
