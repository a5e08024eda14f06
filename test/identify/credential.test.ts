import { describe, expect, test } from 'vitest'
import { explainFault, readCredential, type Credential } from '../../src/identify/credential.ts'

const KEY = 'tg_acme_secret'
const TOKEN = 'aaa.bbb.ccc'

function read(headers: Record<string, string>, url = 'https://gw.example/v1/models'): Credential {
  return readCredential(new Headers(headers), new URL(url))
}

function malformed(reason: string): unknown {
  return { kind: 'malformed', reason }
}

describe('where a credential may stand', () => {
  test.each(['x-api-key', 'api-key', 'Api-Key', 'x-goog-api-key', 'x-chroma-token'])(
    'reads an API key and a token from %s',
    (name) => {
      expect(read({ [name]: KEY })).toEqual({ kind: 'api-key', key: KEY })
      expect(read({ [name]: TOKEN })).toEqual({ kind: 'jwt', token: TOKEN })
    },
  )

  test.each(['Bearer', 'bearer', 'BEARER', 'Bearer '])('reads Authorization: %s', (scheme) => {
    expect(read({ authorization: `${scheme} ${KEY}` })).toEqual({ kind: 'api-key', key: KEY })
    expect(read({ authorization: `${scheme} ${TOKEN}` })).toEqual({ kind: 'jwt', token: TOKEN })
  })

  test('sees none where none is', () => {
    expect(read({ cookie: `session=${KEY}`, 'x-tenant-id': 'acme' })).toEqual({ kind: 'none' })
  })

  test('refuses a key in the query, and leaves a query alone that comes with a credential', () => {
    const url = `https://gw.example/gemini/v1beta/models?key=${KEY}`
    expect(read({}, url)).toEqual(malformed('key_in_query'))
    expect(read({ 'x-api-key': KEY }, url)).toEqual({ kind: 'api-key', key: KEY })
  })
})

describe('more than one credential', () => {
  test('takes the same one in two places', () => {
    const twice = { authorization: `Bearer ${KEY}`, 'x-chroma-token': KEY }
    expect(read(twice)).toEqual({ kind: 'api-key', key: KEY })
  })

  test.each([
    ['two keys', { 'x-api-key': KEY, 'api-key': `${KEY}2` }],
    ['a key and a token', { authorization: `Bearer ${TOKEN}`, 'x-api-key': KEY }],
    ['a key and an empty header', { 'x-api-key': KEY, 'api-key': '' }],
    ['a key and rubbish', { 'x-api-key': KEY, 'x-goog-api-key': 'sk-other' }],
  ])('refuses %s as ambiguous', (_, headers) => {
    expect(read(headers)).toEqual(malformed('two_credentials'))
  })

  test('refuses a header that stands twice, with the same or another value', () => {
    for (const second of [KEY, `${KEY}2`]) {
      const headers = new Headers({ 'x-api-key': KEY })
      headers.append('x-api-key', second)
      const credential = readCredential(headers, new URL('https://gw.example/'))
      expect(credential).toEqual(malformed('unrecognised'))
    }
    const headers = new Headers({ authorization: `Bearer ${KEY}` })
    headers.append('authorization', `Bearer ${KEY}`)
    const credential = readCredential(headers, new URL('https://gw.example/'))
    expect(credential).toEqual(malformed('unsupported_scheme'))
  })
})

describe('form of a credential', () => {
  test.each([
    ['Basic dXNlcjpwYXNz', 'unsupported_scheme'],
    ['Bearer', 'unsupported_scheme'],
    [`Bearer${KEY}`, 'unsupported_scheme'],
    [KEY, 'unsupported_scheme'],
    [`Bearer ${KEY} extra`, 'unsupported_scheme'],
    ['Bearer sk-proj-abc', 'unrecognised'],
    ['Bearer a.b', 'unrecognised'],
    ['Bearer a.b.c.d.e', 'unrecognised'],
    ['Bearer t\u00e9l\u00e9.b.c', 'unrecognised'],
    [`Bearer tg_${'a'.repeat(126)}`, 'too_long'],
    [`Bearer ${'a'.repeat(8189)}.b.c`, 'too_long'],
  ])('refuses "%s" as %s', (authorization, reason) => {
    expect(read({ authorization })).toEqual(malformed(reason))
  })

  test('passes the longest key and the longest token', () => {
    const key = `tg_${'a'.repeat(125)}`
    const token = `${'a'.repeat(8188)}.b.c`
    expect(read({ 'x-api-key': key })).toEqual({ kind: 'api-key', key })
    expect(read({ 'x-api-key': token })).toEqual({ kind: 'jwt', token })
  })

  test('explains every fault in a sentence of its own', () => {
    const faults = [
      'two_credentials',
      'key_in_query',
      'unsupported_scheme',
      'too_long',
      'unrecognised',
    ] as const
    expect(new Set(faults.map(explainFault)).size).toBe(faults.length)
  })
})
