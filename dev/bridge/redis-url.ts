// Reads REDIS_URL: where a Redis is and how to get in. Anything but a plain address is refused, and no
// sentence about it repeats the URL, which may hold a password.

export interface NodeAddress {
  readonly host: string
  readonly port: number
}

export interface Login {
  /** null asks as Redis' default user. */
  readonly username: string | null
  /** null where none is asked for. */
  readonly password: string | null
  readonly database: number
}

export interface RedisAddress {
  readonly node: NodeAddress
  readonly login: Login
  /** Whether it has to be a cluster; otherwise it is asked which it is. */
  readonly cluster: boolean
}

const DEFAULT_PORT = 6379
const FORM = 'must be redis://[[user]:password@]host[:port][/database] or redis+cluster://...'

/** The address, or a sentence about what is wrong. */
export function parseRedisUrl(text: string): RedisAddress | string {
  if (text.startsWith('rediss:'))
    return 'TLS (rediss://) is not spoken; put a local tunnel before it'
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^redis(?:\+cluster)?:$/.test(url.protocol)) return FORM
  if (url.hostname === '' || url.search !== '' || url.hash !== '') return FORM
  const cluster = url.protocol === 'redis+cluster:'
  const database = /^\/?$/.test(url.pathname) ? 0 : readDatabase(url.pathname)
  if (database === null) return 'what stands after the port must be the number of a database'
  if (cluster && database !== 0) return 'a cluster has database 0 only'
  const username = decode(url.username)
  const password = decode(url.password)
  if (username === null || password === null) return 'user and password must be percent-encoded'
  if (username !== '' && password === '') return 'a user needs a password'
  return {
    // Brackets around an IPv6 address are the URL's, not the address'.
    node: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    },
    login: {
      username: username === '' ? null : username,
      password: password === '' ? null : password,
      database,
    },
    cluster,
  }
}

function readDatabase(path: string): number | null {
  return /^\/(?:0|[1-9][0-9]{0,4})$/.test(path) ? Number(path.slice(1)) : null
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
