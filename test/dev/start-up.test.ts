import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { AdminClient, waitFor } from '../support/admin-client.ts'
import { freePort, isFree, startUp, type StartUp, withFolder } from '../support/start-up.ts'
import { startTestUpstream } from '../support/test-upstream.ts'

const KEY_LINE = /^key +(tg_demo_\S+)$/m
const running: StartUp[] = []

function start(...args: Parameters<typeof startUp>): StartUp {
  const started = startUp(...args)
  running.push(started)
  return started
}

async function end(started: StartUp): Promise<void> {
  started.kill('SIGTERM')
  await started.exited
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(end))
})

describe('npm run dev', () => {
  it('says on a line of its own when it serves, and what to try works', () =>
    withFolder(async (folder) => {
      const port = await freePort()
      const started = start(folder, { args: ['--port', `${port}`], through: 'npm' })
      const url = `http://127.0.0.1:${port}`
      expect(await started.ready()).toBe(`ready ${url}`)
      const key = await waitFor('the key', () => KEY_LINE.exec(started.stdout())?.[1] ?? null)
      const openai = new OpenAI({ apiKey: key, baseURL: `${url}/v1` })
      const messages = [{ role: 'user' as const, content: 'Grüezi 👋' }]
      const reply = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages })
      expect(reply.choices[0]?.message.content).toContain('Grüezi 👋')
      const anthropic = new Anthropic({ apiKey: key, baseURL: `${url}/anthropic` })
      const streamed = await anthropic.messages
        .stream({ model: 'claude-haiku-4-5', max_tokens: 20, messages })
        .finalMessage()
      expect(streamed.usage.output_tokens).toBe(20)
      const curl = /^  curl (\S+\/admin\/tenants) -H "authorization: (.+)"$/m
      const asked = await waitFor('the last line', () => curl.exec(started.stdout()))
      const [, tenants = '', authorization = ''] = asked
      const listed = await fetch(tenants, { headers: { authorization } })
      expect(await listed.json()).toMatchObject({ tenants: [{ id: 'demo' }] })
      const embedded = await openai.embeddings.create({
        model: 'text-embedding-3-small',
        input: 'a b c',
      })
      expect(embedded.data[0]?.embedding).toHaveLength(1536)

      const endedAtMs = Date.now()
      await end(started)
      await waitFor('the port to be free', async () => ((await isFree(port)) ? true : null))
      expect(Date.now() - endedAtMs).toBeLessThan(2_000)
    }))

  it('prints the same key after a restart, and still knows what was spent', () =>
    withFolder(async (folder) => {
      const first = start(folder, { args: ['--port', '0'] })
      const firstUrl = (await first.ready()).slice('ready '.length)
      const key = await waitFor('the key', () => KEY_LINE.exec(first.stdout())?.[1] ?? null)
      const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'x' }] }
      await new OpenAI({ apiKey: key, baseURL: `${firstUrl}/v1` }).chat.completions.create(ask)
      const before = await new AdminClient(firstUrl, 'dev-admin').quiet('demo')
      expect(before.total.requests).toBe(1)
      await end(first)
      const second = start(folder, { args: ['--port', '0'] })
      const secondUrl = (await second.ready()).slice('ready '.length)
      expect(await waitFor('the key', () => KEY_LINE.exec(second.stdout())?.[1] ?? null)).toBe(key)
      const after = await new AdminClient(secondUrl, 'dev-admin').usage('demo')
      expect(after.total).toEqual(before.total)
    }))

  it('keeps its secrets in a file that only the owner can read', () =>
    withFolder(async (folder) => {
      await start(folder, { args: ['--port', '0'] }).ready()
      expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
      expect(readFileSync(join(folder, 'workerd.capnp'), 'utf8')).not.toMatch(/v1=|dev-admin/)
    }))

  it('with --no-demo seeds nothing and sends to the upstreams that are given', () =>
    withFolder(async (folder) => {
      const upstream = await startTestUpstream()
      const args = ['--port', '0', '--upstream', `openai=${upstream.url}`, '--no-demo']
      const environment = { ADMIN_TOKEN: 'another-token' }
      const started = start(folder, { args, environment })
      const url = (await started.ready()).slice('ready '.length)
      const admin = new AdminClient(url, 'another-token')
      expect(await (await admin.request('GET', '/tenants')).json()).toMatchObject({ tenants: [] })
      const { key } = await admin.createTenant()
      const openai = new OpenAI({ apiKey: key, baseURL: `${url}/v1` })
      const messages = [{ role: 'user' as const, content: 'x' }]
      await openai.chat.completions.create({ model: 'gpt-4o-mini', messages })
      expect(upstream.log.calls).toHaveLength(1)
      expect(started.stdout()).not.toContain('tg_demo')
      await waitFor('the guide', () =>
        /"authorization: Bearer \$ADMIN_TOKEN"/.exec(started.stdout()),
      )
      expect(started.stdout()).not.toContain('another-token')
      await upstream.stop()
    }))

  it('takes the address of the socket for the client, whatever CF-Connecting-IP says', () =>
    withFolder(async (folder) => {
      const url = (await start(folder, { args: ['--port', '0'] }).ready()).slice('ready '.length)
      const { key } = await new AdminClient(url, 'dev-admin').createKey('demo', {
        ip_allow: ['203.0.113.0/24'],
      })
      for (const header of ['cf-connecting-ip', 'mf-cf-blob', 'x-forwarded-for']) {
        const value = header === 'mf-cf-blob' ? '{"clientIp":"203.0.113.1:1"}' : '203.0.113.1'
        const headers = { authorization: `Bearer ${key}`, [header]: value }
        expect((await fetch(`${url}/tenant`, { headers })).status).toBe(403)
      }
    }))

  it('ends a workerd that a kill -9 has left behind, and starts again on the same port', () =>
    withFolder(async (folder) => {
      const port = await freePort()
      const killed = start(folder, { args: ['--port', `${port}`] })
      await killed.ready()
      killed.kill('SIGKILL')
      await killed.exited
      expect(await isFree(port)).toBe(false)
      const next = start(folder, { args: ['--port', `${port}`] })
      expect(await next.ready()).toBe(`ready http://127.0.0.1:${port}`)
    }))

  it('leaves nothing behind when it is ended while it starts', () =>
    withFolder(async (folder) => {
      const port = await freePort()
      for (const afterMs of [100, 400, 600, 700, 800]) {
        const started = start(folder, { args: ['--port', `${port}`] })
        await pause(afterMs)
        await end(started)
        expect(await isFree(port), `ended after ${afterMs} ms`).toBe(true)
      }
    }))

  it('leaves a process alone whose number stands in the lock but which is not its own', () =>
    withFolder(async (folder) => {
      const stranger = start(folder, { args: ['--help'], through: 'node' })
      await stranger.exited
      mkdirSync(folder, { recursive: true })
      const lock = { starter: stranger.pid, workerd: process.pid }
      writeFileSync(join(folder, 'lock.json'), JSON.stringify(lock))
      await start(folder, { args: ['--port', '0'] }).ready()
      expect(process.kill(process.pid, 0)).toBe(true)
    }))

  it('refuses a second start on the same folder', () =>
    withFolder(async (folder) => {
      await start(folder, { args: ['--port', '0'] }).ready()
      const second = start(folder, { args: ['--port', '0'] })
      expect(await second.exited).toBe(1)
      expect(second.stderr()).toContain('already runs')
    }))
})

describe('npm run dev says what is wrong', () => {
  const refusals: [name: string, args: string[], environment: Record<string, string>, told: RegExp[]][] = [
    ['an unknown flag', ['--porr', '1'], {}, [/--porr/]],
    ['a port that is none', ['--port', '70000'], {}, [/--port.*70000/]],
    ['an upstream that is not declared', ['--upstream', 'opnai=http://x'], {}, [/opnai/, /openai/]],
    ['an upstream without an address', ['--upstream', 'openai'], {}, [/--upstream/]],
    ['an upstream whose address is no URL', ['--upstream', 'openai=x'], {}, [/openai.*http/]],
    ['an upstream given twice', ['--upstream', 'openai=http://x', '--upstream', 'openai=http://y'], {}, [/twice/]],
    ['an address that is no URL', ['--upstream', 'openai=ftp://x'], {}, [/openai/]],
    ['a Redis URL that is none', [], { REDIS_URL: 'localhost:6379' }, [/REDIS_URL: .*redis:/]],
    ['a Redis that nobody serves', ['--port', '0'], { REDIS_URL: 'redis://127.0.0.1:1' }, [/REDIS_URL: .*127\.0\.0\.1:1 \(ECONNREFUSED\)/]],
    ['accounts in two places', [], { REDIS_URL: 'redis://127.0.0.1', UPSTASH_REDIS_REST_TOKEN: 'y' }, [/REDIS_URL and UPSTASH_REDIS_REST_TOKEN/]],
    ['Upstash without a token', [], { UPSTASH_REDIS_REST_URL: 'http://x' }, [/UPSTASH_REDIS_REST_TOKEN/]],
    ['Upstash without an address', [], { UPSTASH_REDIS_REST_TOKEN: 'y' }, [/UPSTASH_REDIS_REST_URL/]],
    ['an address of Upstash that is none', [], { UPSTASH_REDIS_REST_URL: 'x', UPSTASH_REDIS_REST_TOKEN: 'y' }, [/UPSTASH_REDIS_REST_URL: .*http/]],
    ['locks of no kind', ['--port', '0'], { UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:1', UPSTASH_REDIS_REST_TOKEN: 'y', REDIS_LOCKS: 'some' }, [/binding REDIS_LOCKS/]],
    ['a deadline that is too short', ['--port', '0'], { STORE_DEADLINE_MS: '99' }, [/binding STORE_DEADLINE_MS/]],
    ['issuers that are not JSON', ['--port', '0'], { JWT_ISSUERS: '{' }, [/JWT_ISSUERS/]],
    ['an issuer without keys', ['--port', '0'], { JWT_ISSUERS: '[{"issuer":"x"}]' }, [/JWT_ISSUERS/]],
    ['an admin token that is too short', ['--port', '0'], { ADMIN_TOKEN: 'x' }, [/ADMIN_TOKEN/]],
    ['a malformed pepper', ['--port', '0'], { KEY_PEPPERS: 'v1=short' }, [/KEY_PEPPERS/]],
    ['a malformed upstream URL', ['--port', '0'], { UPSTREAM_OPENAI_URL: 'no url' }, [/UPSTREAM_OPENAI_URL/]],
  ] // prettier-ignore

  it.each(refusals)('%s', (_, args, environment, told) =>
    withFolder(async (folder) => {
      const started = start(folder, { args, environment })
      expect(await started.exited).not.toBe(0)
      for (const pattern of told) expect(started.stderr()).toMatch(pattern)
      expect(started.stderr()).not.toMatch(/\n\s+at /)
      expect(started.stdout()).not.toContain('ready')
    }),
  )

  it('a port that is taken', () =>
    withFolder(async (folder) => {
      const port = await freePort()
      const holder = createServer()
      holder.listen(port, '127.0.0.1')
      await once(holder, 'listening')
      const started = start(folder, { args: ['--port', `${port}`] })
      expect(await started.exited).toBe(1)
      expect(started.stderr()).toMatch(new RegExp(`port ${port} .*--port`))
      holder.close()
    }))

  it('and explains itself with --help', () =>
    withFolder(async (folder) => {
      const started = start(folder, { args: ['--help'] })
      expect(await started.exited).toBe(0)
      for (const word of ['--port', '--upstream', '--no-demo', 'ADMIN_TOKEN', 'REDIS_URL']) {
        expect(started.stdout()).toContain(word)
      }
    }))
})
