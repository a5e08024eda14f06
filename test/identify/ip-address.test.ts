import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientIp, clientNetwork } from '../../src/identify/client-ip.ts'
import { formatIp, parseIp } from '../../src/identify/ip-address.ts'

function canonical(text: string): string | null {
  const ip = parseIp(text)
  return ip === null ? null : formatIp(ip)
}

describe('IP address text', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::192.0.2.1', '::c000:201'],
  ])('reads %s as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  test.each([
    '',
    ' ',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.04',
    '256.1.1.1',
    '1.2.3.-4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '1.2.3.4/32',
    '1.2.3.4:80',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    'g::1',
    '[::1]',
    '::1%eth0',
    'fe80::1%25en0',
    '::1/128',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::ffff:1.2.3',
    '::ffff:01.2.3.4',
    '\uff11.2.3.4',
    '1\u30022.3.4',
    'localhost',
  ])('refuses "%s"', (text) => {
    expect(canonical(text)).toBeNull()
  })

  test('has one canonical text for each address, in the form that URLs use', () => {
    const groups = fc.array(fc.constantFrom(0, 0, 1, 0xffff, 0xdb8), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, (values) => {
        const text = values.map((value) => value.toString(16)).join(':')
        const ip = parseIp(text)
        if (ip === null || ip.family === 4) return
        expect(`[${formatIp(ip)}]`).toBe(new URL(`http://[${text}]/`).hostname)
        expect(parseIp(formatIp(ip))).toEqual(ip)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('client address', () => {
  test('is canonical text of the trusted header', () => {
    expect(clientIp(new Headers({ 'cf-connecting-ip': '2001:DB8::0001' }))).toBe('2001:db8::1')
    expect(clientIp(new Headers({ 'fly-client-ip': '192.0.2.9' }), 'fly-client-ip')).toBe(
      '192.0.2.9',
    )
  })

  test('is not known when the header is absent, malformed or stands twice', () => {
    expect(clientIp(new Headers())).toBeNull()
    expect(clientIp(new Headers({ 'cf-connecting-ip': 'unknown' }))).toBeNull()
    const twice = new Headers({ 'cf-connecting-ip': '192.0.2.1' })
    twice.append('cf-connecting-ip', '192.0.2.1')
    expect(clientIp(twice)).toBeNull()
  })

  test.each([
    'x-forwarded-for',
    'x-real-ip',
    'forwarded',
    'true-client-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'cf-connecting-ipv6',
    'cf-pseudo-ipv4',
  ])('is never taken from %s', (name) => {
    expect(clientIp(new Headers({ [name]: '192.0.2.1' }))).toBeNull()
    const both = new Headers({ [name]: '192.0.2.1', 'cf-connecting-ip': '198.51.100.7' })
    expect(clientIp(both)).toBe('198.51.100.7')
  })

  test('is counted by whole IPv4 address and by /64 of IPv6', () => {
    expect(clientNetwork('192.0.2.1')).toBe('192.0.2.1')
    expect(clientNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(clientNetwork('2001:db8:1:2:ffff::')).toBe('2001:db8:1:2::/64')
    expect(clientNetwork('2001:db8:1:3::')).toBe('2001:db8:1:3::/64')
    expect(clientNetwork('nonsense')).toBeNull()
  })
})
