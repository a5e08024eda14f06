import { describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, openAdmin } from './harness.ts'

const HASH = /v1:[A-Za-z0-9_-]{43}/g

/** The ways in which a secret could slip out: as it is, or encoded. */
function spellings(secret: string): string[] {
  const bytes = Array.from(new TextEncoder().encode(secret))
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [secret, btoa(secret).replaceAll('=', ''), hex]
}

describe('the text of a key', () => {
  it('is in the one answer that makes it and nowhere else: no answer, ledger, store or log', async () => {
    const { send, make, store, logged } = openAdmin()
    const keys = [await make('acme')]
    const second = (await send('POST', '/tenants/acme/keys', { name: 'second' })).json
    keys.push(second.key)
    const rotated = await send('POST', `/tenants/acme/keys/${second.id}/rotate`)
    keys.push(rotated.json.key)
    expect(rotated.text).not.toContain(second.key)

    const first = (await send('GET', '/tenants/acme/keys')).json.keys[0]!
    const seen = [
      (await send('DELETE', `/tenants/acme/keys/${first.id}`)).text,
      (await send('PATCH', '/tenants/acme', { name: 'x' })).text,
      (await send('GET', '/tenants/acme')).text,
      (await send('GET', '/tenants')).text,
      (await send('GET', '/tenants/acme/keys')).text,
      (await send('GET', '/tenants/acme/usage')).text,
      (await send('GET', '/tenants/acme/ledger')).text,
      // A key sent to the wrong place comes back from nowhere either.
      (await send('POST', '/tenants', { id: keys[0] })).text,
      (await send('GET', `/tenants/${keys[0]}`)).text,
      (await send('POST', '/tenants/acme/keys', { ip_allow: [keys[0]] })).text,
      (await send('GET', '/tenants', undefined, { authorization: `Bearer ${keys[0]}` })).text,
    ]
    store.lose = () => 'before'
    seen.push((await send('POST', '/tenants/acme/keys')).text)

    const hashes = [...new Set(store.sent.match(HASH))]
    // Of three keys that were answered, a fourth that was lost with the store left none; and the slug's.
    expect(hashes).toHaveLength(4)
    const everywhere = [...seen, store.sent, JSON.stringify(logged)]
    for (const secret of [...keys, ADMIN_TOKEN]) {
      for (const spelling of spellings(secret)) {
        for (const text of everywhere) {
          // An answer may repeat the path, which is the caller's own doing; no secret belongs there.
          expect(text.replace(`"instance":"/admin/tenants/${keys[0]}"`, '')).not.toContain(spelling)
        }
      }
    }
    for (const hash of hashes) {
      for (const text of [...seen, JSON.stringify(logged)]) expect(text).not.toContain(hash)
    }
  })

  it('is not in the notes that go to the ledger, nor is its hash', async () => {
    const { send, make } = openAdmin()
    const key = await make('acme')
    const { json, text } = await send('GET', '/tenants/acme/ledger')
    expect(json.entries.map((e) => e.action)).toEqual(['tenant.create', 'tenant.activate'])
    expect(text).toContain('"first_key"')
    expect(text).not.toContain(key.slice('tg_acme_'.length))
    expect(text).not.toMatch(HASH)
  })
})
