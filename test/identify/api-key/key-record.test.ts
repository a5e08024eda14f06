import { describe, expect, test } from 'vitest'
import { IpAllow, isIpAllowed, parseCidr } from '../../../src/identify/cidr.ts'
import { clientIp } from '../../../src/identify/client-ip.ts'
import { checkKey, KeyRecord } from '../../../src/identify/api-key/key-record.ts'
import { NOW_MS } from '../minting.ts'

const STORED = {
  id: `key_${'a'.repeat(22)}`,
  name: 'ci',
  user: null,
  scopes: ['chat'],
  ip_allow: [],
  created_at_ms: NOW_MS - 1000,
  expires_at_ms: null,
  revoked_at_ms: null,
  rotated_to: null,
}

function verdict(changes: Record<string, unknown>, ip: string | null = '192.0.2.1'): string {
  const checked = checkKey(KeyRecord.parse({ ...STORED, ...changes }), {
    nowMs: NOW_MS,
    clientIp: ip,
  })
  return checked.ok ? 'ok' : checked.reason
}

describe('key record', () => {
  test('serves until the very millisecond it expires', () => {
    expect(verdict({})).toBe('ok')
    expect(verdict({ expires_at_ms: NOW_MS + 1 })).toBe('ok')
    expect(verdict({ expires_at_ms: NOW_MS })).toBe('expired')
  })

  test('serves through the grace after a rotation and not past it', () => {
    const successor = `key_${'b'.repeat(22)}`
    expect(verdict({ rotated_to: successor, expires_at_ms: NOW_MS + 60_000 })).toBe('ok')
    expect(verdict({ rotated_to: successor, expires_at_ms: NOW_MS - 1 })).toBe('expired')
  })

  test('is refused once revoked, whatever else it says', () => {
    expect(verdict({ revoked_at_ms: NOW_MS + 5_000 })).toBe('revoked')
    expect(verdict({ revoked_at_ms: 0, expires_at_ms: 0, ip_allow: ['10.0.0.0/8'] })).toBe(
      'revoked',
    )
  })

  test('with an allow list is refused from an unknown address', () => {
    expect(verdict({ ip_allow: ['192.0.2.0/24'] })).toBe('ok')
    expect(verdict({ ip_allow: ['192.0.2.0/24'] }, null)).toBe('ip_not_allowed')
    expect(verdict({ ip_allow: [] }, null)).toBe('ok')
  })

  test.each([
    ['an unknown member', { tenant: 'acme' }],
    ['an id of another form', { id: 'acme' }],
    ['a missing expiry', { expires_at_ms: undefined }],
    ['a fractional time', { created_at_ms: 0.5 }],
    ['a malformed range', { ip_allow: ['10.0.0.1/8'] }],
    ['a scope with a space', { scopes: ['a b'] }],
    ['an empty owner', { user: '' }],
    ['an owner with a lone surrogate', { user: 'a\ud800' }],
    ['65 ranges', { ip_allow: Array.from({ length: 65 }, () => '10.0.0.0/8') }],
  ])('is not read with %s', (_, changes) => {
    expect(KeyRecord.safeParse({ ...STORED, ...changes }).success).toBe(false)
  })
})

describe('configuring an allow list', () => {
  test.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '/8',
    '',
    '10.0.0/8',
    '*',
    '2001:db8::1/32',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    '::ffff:10.0.0.0/95',
    '::ffff:10.0.0.1/104',
    '10.0.0.0/8 ',
    '10.0.0.0/255.0.0.0',
    '0.0.0.1/0',
  ])('refuses "%s"', (text) => {
    expect(parseCidr(text)).toBeNull()
    expect(IpAllow.safeParse([text]).success).toBe(false)
  })
})

/** A caller's headers, the list, and whether the caller is let in. */
type Case = readonly [
  name: string,
  headers: readonly [string, string][],
  allow: string[],
  isAllowed: boolean,
]

const from = (ip: string): [string, string][] => [['cf-connecting-ip', ip]]
const OFFICE = ['203.0.113.0/24']

const SPOOFS: readonly Case[] = [
  'x-forwarded-for',
  'x-real-ip',
  'forwarded',
  'true-client-ip',
  'x-client-ip',
  'client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'fastly-client-ip',
  'x-azure-clientip',
].flatMap((name): Case[] => [
  [`${name} alone`, [[name, '203.0.113.5']], OFFICE, false],
  [
    `${name} beside the true address`,
    [...from('198.51.100.1'), [name, '203.0.113.5']],
    OFFICE,
    false,
  ],
])

const CASES: readonly Case[] = [
  ...SPOOFS,
  [
    'the trusted header twice, inside first',
    [...from('203.0.113.5'), ...from('198.51.100.1')],
    OFFICE,
    false,
  ],
  [
    'the trusted header twice, inside last',
    [...from('198.51.100.1'), ...from('203.0.113.5')],
    OFFICE,
    false,
  ],
  [
    'the trusted header twice, both inside',
    [...from('203.0.113.5'), ...from('203.0.113.5')],
    OFFICE,
    false,
  ],
  ['a list in the trusted header', from('203.0.113.5, 198.51.100.1'), OFFICE, false],
  ['an empty trusted header', from(''), OFFICE, false],
  ['no header at all', [], OFFICE, false],
  ['a port', from('203.0.113.5:443'), OFFICE, false],
  ['brackets', from('[2001:db8::1]'), ['2001:db8::/32'], false],
  ['leading zeros', from('203.0.113.005'), OFFICE, false],
  ['an octal octet', from('0313.0.113.5'), OFFICE, false],
  ['a decimal address', from('3405803781'), OFFICE, false],
  ['a hexadecimal octet', from('0xcb.0.113.5'), OFFICE, false],
  ['three octets', from('203.0.113'), OFFICE, false],
  ['full-width digits', from('203.0.113.5\u00b2'), OFFICE, false],
  ['a zone id', from('fe80::1%eth0'), ['fe80::/10'], false],
  ['an encoded zone id', from('fe80::1%25eth0'), ['fe80::/10'], false],
  ['the first address of a /24', from('203.0.113.0'), OFFICE, true],
  ['the last address of a /24', from('203.0.113.255'), OFFICE, true],
  ['the address before a /24', from('203.0.112.255'), OFFICE, false],
  ['the address after a /24', from('203.0.114.0'), OFFICE, false],
  ['inside a /31', from('10.0.0.1'), ['10.0.0.0/31'], true],
  ['after a /31', from('10.0.0.2'), ['10.0.0.0/31'], false],
  ['a /32 that is it', from('10.0.0.7'), ['10.0.0.7/32'], true],
  ['a /32 next to it', from('10.0.0.8'), ['10.0.0.7/32'], false],
  ['a bare address that is it', from('10.0.0.7'), ['10.0.0.7'], true],
  ['a bare address next to it', from('10.0.0.6'), ['10.0.0.7'], false],
  ['inside a /1', from('127.255.255.255'), ['0.0.0.0/1'], true],
  ['after a /1', from('128.0.0.0'), ['0.0.0.0/1'], false],
  ['IPv4 in all of IPv4', from('255.255.255.255'), ['0.0.0.0/0'], true],
  ['IPv6 in all of IPv4', from('2001:db8::1'), ['0.0.0.0/0'], false],
  ['IPv4 in all of IPv6', from('203.0.113.5'), ['::/0'], false],
  ['IPv6 in all of IPv6', from('2001:db8::1'), ['::/0'], true],
  ['IPv4-mapped in an IPv4 range', from('::ffff:203.0.113.5'), OFFICE, true],
  ['IPv4-mapped in hexadecimal in an IPv4 range', from('::ffff:cb00:7105'), OFFICE, true],
  ['IPv4-mapped outside an IPv4 range', from('::ffff:203.0.114.5'), OFFICE, false],
  ['IPv4-mapped in all of IPv6', from('::ffff:203.0.113.5'), ['::/0'], false],
  ['IPv4 in an IPv4-mapped range', from('203.0.113.5'), ['::ffff:203.0.113.0/120'], true],
  ['IPv4 after an IPv4-mapped range', from('203.0.114.0'), ['::ffff:203.0.113.0/120'], false],
  ['IPv4 in the whole IPv4-mapped range', from('8.8.8.8'), ['::ffff:0:0/96'], true],
  ['IPv4-compatible is not IPv4', from('::203.0.113.5'), OFFICE, false],
  ['NAT64 is not IPv4', from('64:ff9b::203.0.113.5'), OFFICE, false],
  ['6to4 is not IPv4', from('2002:cb00:7105::1'), OFFICE, false],
  ['the first address of a /32 of IPv6', from('2001:db8::'), ['2001:db8::/32'], true],
  [
    'the last address of a /32 of IPv6',
    from('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'),
    ['2001:db8::/32'],
    true,
  ],
  ['after a /32 of IPv6', from('2001:db9::'), ['2001:db8::/32'], false],
  [
    'before a /32 of IPv6',
    from('2001:db7:ffff:ffff:ffff:ffff:ffff:ffff'),
    ['2001:db8::/32'],
    false,
  ],
  ['a /127', from('2001:db8::3'), ['2001:db8::2/127'], true],
  ['after a /127', from('2001:db8::4'), ['2001:db8::2/127'], false],
  ['a /128 in capitals and in full', from('2001:0DB8:0:0:0:0:0:1'), ['2001:db8::1/128'], true],
  ['a /128 next to it', from('2001:db8::2'), ['2001:db8::1/128'], false],
  ['the last of many ranges', from('192.0.2.9'), ['10.0.0.0/8', '::1', '192.0.2.8/29'], true],
  ['none of many ranges', from('192.0.2.16'), ['10.0.0.0/8', '::1', '192.0.2.8/29'], false],
  ['an empty list', from('198.51.100.1'), [], true],
  ['an empty list and no address', [], [], true],
]

describe('IP allow list', () => {
  test('is tried in at least 60 cases', () => {
    expect(CASES.length).toBe(74)
  })

  test.each(CASES)('%s', (_, headers, allow, isAllowed) => {
    const sent = new Headers()
    for (const [name, value] of headers) sent.append(name, value)
    expect(isIpAllowed(IpAllow.parse(allow), clientIp(sent))).toBe(isAllowed)
  })
})
