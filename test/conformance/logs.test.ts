import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { chat, messages, post } from '../support/call-gateway.ts'
import { sendRaw } from '../support/raw-http.ts'
import { ADMIN_TOKEN, UPSTREAM_KEYS } from '../support/start-gateway.ts'
import { useGateway } from '../support/stage-set.ts'

const set = useGateway()

const CANARY = 'canary-7f3a9c'
const EMAIL = 'canary.person@example.com'
const JWT = `${base64url({ alg: 'RS256', kid: CANARY })}.${base64url({ sub: EMAIL, exp: 1 })}.c2lnbmF0dXJl`

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A secret as it might stand in a log: plain, hex, either base64. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replaceAll('=', ''),
    bytes.toString('base64url'),
  ]
}

describe('what the gateway prints', () => {
  it('holds no prompt, key, token, address or upstream text, however a request goes wrong', async () => {
    const { url, admin } = set.gateway
    const { id, key } = await admin.createTenant({ name: CANARY, metadata: { owner: EMAIL } })
    const suspended = await admin.createTenant()
    const expired = await admin.createKey(id, { user: EMAIL, name: CANARY })
    await admin.revokeKey(id, expired.id)
    await admin.suspend(suspended.id)
    const bearer = { authorization: `Bearer ${key}` }
    const prompt = { messages: [{ role: 'user', content: `${CANARY} ${EMAIL}` }] }
    const path = `${url}/v1/chat/completions`
    const json = 'application/json'
    const echo = { errorText: `${CANARY} ${EMAIL} ${UPSTREAM_KEYS.openai}` }

    await Promise.all(
      [
        chat(url, key, { body: prompt }),
        chat(url, key, { body: prompt, stream: true }),
        chat(url, expired.key, { body: prompt }),
        chat(url, suspended.key, { body: prompt }),
        chat(url, `${key}x`, { body: prompt }),
        chat(url, JWT, { body: prompt }),
        chat(url, key, { body: { ...prompt, model: CANARY } }),
        chat(url, key, { body: { ...prompt, [CANARY]: EMAIL } }),
        chat(url, key, { body: prompt, headers: { [CANARY]: EMAIL, 'x-request-id': CANARY } }),
        chat(url, key, {
          body: prompt,
          headers: { 'user-agent': CANARY, 'idempotency-key': EMAIL },
        }),
        chat(url, key, { script: { ...echo, status: 400 } }),
        chat(url, key, { script: { ...echo, status: 401 } }),
        chat(url, key, { script: { ...echo, status: 500 } }),
        chat(url, key, { script: { piece: `${CANARY} `, breakAfter: 5, paceMs: 5 }, stream: true }),
        chat(url, key, { script: { ...echo, errorAfter: 2 }, stream: true }),
        chat(url, key, { script: { rawBody: `<html>${CANARY}` } }),
        chat(url, key, { script: { piece: CANARY, usage: { prompt_tokens: CANARY } } }),
        messages(url, key, { body: prompt }),
        messages(url, key, { script: { ...echo, status: 529 } }),
        post(path, { headers: bearer, body: `{"${CANARY}": ${EMAIL}` }),
        post(`${path}?key=${key}&email=${EMAIL}`, { headers: bearer, body: prompt }),
        post(`${url}/${CANARY}/${EMAIL}`, { headers: bearer, body: prompt }),
        post(`${url}/v1/models/${CANARY}`, { headers: bearer, body: prompt }),
        fetch(`${url}/v1/models/${CANARY}`, { headers: bearer }),
        fetch(`${url}/tenant/usage?by=${CANARY}`, { headers: bearer }),
        fetch(`${url}/admin/tenants/${CANARY}`, { headers: { authorization: `Bearer ${CANARY}` } }),
        admin.request('POST', '/tenants', { id: CANARY.toUpperCase(), [EMAIL]: CANARY }),
        admin.request('PATCH', `/tenants/${id}`, { metadata: { note: CANARY } }),
        sendRaw(url, `POST /${CANARY} HTTP/1.1\r\nhost: ${CANARY}\r\nconnection: close\r\n\r\n`),
        sendRaw(
          url,
          `GET * HTTP/1.1\r\nhost: ${CANARY}\r\n${CANARY}: ${key}\r\nconnection: close\r\n\r\n`,
        ),
        sendRaw(
          url,
          `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n` +
            `content-type: ${json}\r\nconnection: close\r\ncontent-length: 500\r\n\r\n{"${CANARY}`,
        ),
      ].map(async (asked) => {
        const answer = await asked
        if (answer instanceof Response) await answer.text().catch(() => '')
      }),
    )
    await admin.quiet(id)

    const printed = set.gateway.printed()
    // The failures above are told, so there is something to look through.
    expect(printed).toContain('UpstreamFailed')
    const secrets = [CANARY, EMAIL, JWT, key, expired.key, suspended.key, ADMIN_TOKEN]
    const told = [...secrets, ...Object.values(UPSTREAM_KEYS)].filter((secret) =>
      spellings(secret).some((spelling) => printed.includes(spelling)),
    )
    expect(told).toEqual([])
    // The random part of a key gives it away even without the rest.
    for (const each of [key, expired.key]) expect(printed).not.toContain(each.split('_')[2])
  }, 60_000)

  it('is one JSON object a line, with no stray text of the runtime', () => {
    const lines = set.gateway.printed().split('\n').filter(Boolean)
    const stray = lines.filter((line) => {
      try {
        return typeof JSON.parse(line) !== 'object'
      } catch {
        return true
      }
    })
    expect(stray).toEqual([])
  })
})
