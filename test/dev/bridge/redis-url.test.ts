import { describe, expect, it } from 'vitest'
import { parseRedisUrl } from '../../../dev/bridge/redis-url.ts'

const login = { username: null, password: null, database: 0 }

describe('REDIS_URL', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379 }, login, false],
    ['redis://127.0.0.1:7000/', { host: '127.0.0.1', port: 7000 }, login, false],
    ['redis://[::1]:7000/3', { host: '::1', port: 7000 }, { ...login, database: 3 }, false],
    ['redis://:p%40ss@h:1', { host: 'h', port: 1 }, { ...login, password: 'p@ss' }, false],
    [
      'redis://me:pw@h:1',
      { host: 'h', port: 1 },
      { ...login, username: 'me', password: 'pw' },
      false,
    ],
    ['redis+cluster://h:1', { host: 'h', port: 1 }, login, true],
  ])('reads %s', (text, node, itsLogin, cluster) => {
    expect(parseRedisUrl(text)).toEqual({ node, login: itsLogin, cluster })
  })

  it.each([
    ['', /redis:/],
    ['localhost:6379', /redis:/],
    ['http://localhost:6379', /redis:/],
    ['redis://', /redis:/],
    ['redis://h:70000', /redis:/],
    ['redis://h:1?db=canary', /redis:/],
    ['redis://h:1/canary', /number/],
    ['redis://h:1/1/2', /number/],
    ['redis+cluster://h:1/1', /cluster/],
    ['rediss://:canary@h:1', /TLS/],
    ['redis://:%zz-canary@h:1', /percent/],
    ['redis://canary@h:1', /password/],
  ])('refuses %j and repeats nothing of it', (text, told) => {
    expect(parseRedisUrl(text)).toMatch(told)
    expect(parseRedisUrl(text)).not.toContain('canary')
  })
})
