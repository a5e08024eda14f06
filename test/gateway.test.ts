import { describe, expect, it } from 'vitest'
import { buildGateway } from '../src/gateway.ts'

const SECRET = 'value-canary'
const PEPPER = Buffer.alloc(32, 7).toString('base64url')
const namespace = { idFromName: () => null, getByName: () => null }
const ENV = {
  ACCOUNTS: namespace,
  DIRECTORY: namespace,
  THROTTLE: namespace,
  ADMIN_TOKEN: 'long-enough-token',
  KEY_PEPPERS: `v1=${PEPPER}`,
}
const CONFIG = {
  upstreams: {
    'open-ai': { kind: 'openai', base_url: 'https://api.openai.test/', models: ['gpt-*'] },
  },
}

function errorsOf(config: unknown, env: Record<string, unknown>): readonly string[] {
  const built = buildGateway(config, env)
  return built.ok ? [] : built.errors
}
const withEnv = (changes: Record<string, unknown>) => errorsOf(CONFIG, { ...ENV, ...changes })
const withConfig = (changes: object) => errorsOf({ ...CONFIG, ...changes }, ENV)

function upstreamOf(env: Record<string, unknown>) {
  const built = buildGateway(CONFIG, { ...ENV, ...env })
  if (!built.ok) throw new Error(built.errors.join('; '))
  return built.gateway.upstreams[0]
}

describe('a deployment that is complete', () => {
  it('opens its upstreams, without the slash at the end', () => {
    expect(upstreamOf({})).toMatchObject({
      name: 'open-ai',
      baseUrl: 'https://api.openai.test',
      key: null,
      priceProvider: 'openai',
    })
  })

  it('may override address and key of an upstream by bindings', () => {
    const env = { UPSTREAM_OPEN_AI_URL: 'http://127.0.0.1:9000', UPSTREAM_OPEN_AI_KEY: 'sk-1' }
    expect(upstreamOf(env)).toMatchObject({ baseUrl: 'http://127.0.0.1:9000', key: 'sk-1' })
    expect(upstreamOf({ UPSTREAM_OPEN_AI_KEY: '' })?.key).toBeNull()
  })

  it('opens the clusters of a vector service, or the one address that a binding gives', () => {
    const clusters = ['eu-1', 'eu-2'].map((name) => ({ name, base_url: `https://${name}.test/` }))
    const base_url = 'https://qdrant.test'
    const config = { upstreams: { qdrant: { kind: 'qdrant', base_url, clusters } } }
    const clustersWith = (env: Record<string, unknown>) => {
      const built = buildGateway(config, { ...ENV, ...env })
      if (!built.ok) throw new Error(built.errors.join('; '))
      return built.gateway.vectors[0]?.clusters.map(({ baseUrl, key }) => [baseUrl, key])
    }
    const keys = { UPSTREAM_QDRANT_KEY: 'k', UPSTREAM_QDRANT_EU_2_KEY: 'k2' }
    expect(clustersWith(keys)).toEqual([
      ['https://eu-1.test', 'k'],
      ['https://eu-2.test', 'k2'],
    ])
    for (const url of ['http://127.0.0.1:6333', base_url]) {
      expect(clustersWith({ ...keys, UPSTREAM_QDRANT_URL: url })).toEqual([[url, 'k']])
    }
  })

  it('takes issuers from a binding instead of from the configuration', () => {
    const issuer = {
      issuer: 'https://id.test',
      audience: 'me',
      algorithms: ['RS256'],
      jwks_url: 'https://id.test/jwks',
    }
    const built = buildGateway(CONFIG, { ...ENV, JWT_ISSUERS: JSON.stringify([issuer]) })
    if (!built.ok) throw new Error(built.errors.join('; '))
    expect([...built.gateway.issuers.keys()]).toEqual(['https://id.test'])
  })
})

describe('a deployment on Redis', () => {
  const REDIS = {
    UPSTASH_REDIS_REST_URL: 'https://eu1-x.upstash.io',
    UPSTASH_REDIS_REST_TOKEN: SECRET,
  }
  const { ADMIN_TOKEN, KEY_PEPPERS } = ENV

  it('needs no Durable Objects', () => {
    expect(errorsOf(CONFIG, { ADMIN_TOKEN, KEY_PEPPERS, ...REDIS })).toEqual([])
  })

  it('may leave both bindings empty, and is on Durable Objects then', () => {
    const empty = { UPSTASH_REDIS_REST_URL: '', UPSTASH_REDIS_REST_TOKEN: '' }
    expect(withEnv(empty)).toEqual([])
    expect(errorsOf(CONFIG, { ADMIN_TOKEN, KEY_PEPPERS, ...empty })).toHaveLength(3)
  })

  it.each([
    ['UPSTASH_REDIS_REST_URL', undefined],
    ['UPSTASH_REDIS_REST_URL', ''],
    ['UPSTASH_REDIS_REST_URL', SECRET],
    ['UPSTASH_REDIS_REST_URL', `redis://${SECRET}:6379`],
    ['UPSTASH_REDIS_REST_URL', `https://${SECRET}:x@host.test`],
    ['UPSTASH_REDIS_REST_URL', `https://host.test?_token=${SECRET}`],
    ['UPSTASH_REDIS_REST_TOKEN', undefined],
    ['UPSTASH_REDIS_REST_TOKEN', ''],
    ['REDIS_LOCKS', SECRET],
  ])('is refused half named or malformed: %s', (name, value) => {
    const errors = withEnv({ ...REDIS, [name]: value })
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(error).toMatch(new RegExp(`^binding ${name}\\b`))
    expect(errors.join('')).not.toContain(SECRET)
  })
})

describe('a deployment that is broken', () => {
  it.each([
    ['ACCOUNTS', undefined],
    ['DIRECTORY', 'text'],
    ['THROTTLE', {}],
    ['ADMIN_TOKEN', undefined],
    ['ADMIN_TOKEN', 'short'],
    ['KEY_PEPPERS', undefined],
    ['KEY_PEPPERS', ''],
    ['KEY_PEPPERS', SECRET],
    ['KEY_PEPPERS', `v1=${SECRET}`],
    ['KEY_PEPPERS', `v1=${PEPPER},v1=${PEPPER}`],
    ['STORE_DEADLINE_MS', SECRET],
    ['STORE_DEADLINE_MS', '99'],
    ['STORE_DEADLINE_MS', '1e3'],
    ['JWT_ISSUERS', `{${SECRET}`],
    ['JWT_ISSUERS', `{"issuer":"${SECRET}"}`],
    ['JWT_ISSUERS', `[{"${SECRET.replace('-', '_')}":"${SECRET}"}]`],
    ['UPSTREAM_OPEN_AI_URL', SECRET],
    ['UPSTREAM_OPEN_AI_URL', `ftp://${SECRET}`],
    ['UPSTREAM_OPEN_AI_URL', `https://user:${SECRET}@host.test`],
    ['UPSTREAM_OPEN_AI_URL', `https://host.test?key=${SECRET}`],
  ])('names the binding %s, and does not repeat its value', (name, value) => {
    const errors = withEnv({ [name]: value })
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(error).toMatch(new RegExp(`^binding ${name}\\b`))
    expect(errors.join('\n')).not.toContain(SECRET)
  })

  it.each([
    ['upstreams', { v1: CONFIG.upstreams['open-ai'] }],
    ['upstreams', { Open_AI: CONFIG.upstreams['open-ai'] }],
    ['upstreams.x.kind', { x: { ...CONFIG.upstreams['open-ai'], kind: SECRET } }],
    ['upstreams.x.base_url', { x: { ...CONFIG.upstreams['open-ai'], base_url: SECRET } }],
    ['upstreams.x.models', { x: { ...CONFIG.upstreams['open-ai'], models: [] } }],
    ['upstreams.x', { x: { ...CONFIG.upstreams['open-ai'], api_key: SECRET } }],
    ['upstreams.x.retries', { x: { ...CONFIG.upstreams['open-ai'], retries: 6 } }],
  ])('names the member %s of the configuration', (member, upstreams) => {
    const errors = withConfig({ upstreams })
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.join('\n')).toContain(`tollgate.config.ts ${member}`)
    expect(errors.join('\n')).not.toContain(SECRET)
  })

  it.each(['', 'Client IP', 'client-ip:', 'ключ'])(
    'is told that %j is no name of the header with the client address',
    (client_ip_header) => {
      expect(withConfig({ client_ip_header })).toEqual([
        'tollgate.config.ts client_ip_header: must be the name of a header',
      ])
    },
  )

  it.each(['Chroma.example.com', 'chroma.example.com.', 'chroma.example.com:8000', '0x7f.1'])(
    'is told of the host %j, under which no request would come',
    (host) => {
      const [error] = withConfig({ upstreams: { chroma: { kind: 'chroma', hosts: [host] } } })
      expect(error).toContain('tollgate.config.ts upstreams.chroma.hosts.0: ')
    },
  )

  it('is told of a host that two upstreams claim, or one twice', () => {
    const hosts = ['vectors.example.com']
    const twice = { kind: 'chroma', hosts: [...hosts, ...hosts] }
    expect(
      withConfig({
        upstreams: { chroma: { kind: 'chroma', hosts }, qdrant: { kind: 'qdrant', hosts } },
      }),
    ).toEqual([
      "tollgate.config.ts upstreams.qdrant.hosts: the host 'vectors.example.com' is declared twice",
    ])
    expect(withConfig({ upstreams: { twice } })).toHaveLength(1)
    expect(withConfig({ upstreams: { chroma: { kind: 'chroma', hosts } } })).toEqual([])
  })

  it('is told of a weight for an operation that its service does not have', () => {
    const weights = { 'points.query': 2, read: 2, 'points.qeury': 3 }
    const qdrant = { kind: 'qdrant', base_url: 'https://qdrant.test', weights }
    expect(withConfig({ upstreams: { qdrant } })).toEqual([
      'tollgate.config.ts upstreams.qdrant.weights: qdrant has no operation "points.qeury"',
    ])
  })

  it('is told of plans that do not resolve', () => {
    expect(withConfig({ default_plan: 'gold' })[0]).toContain('default_plan')
    expect(withConfig({ plans: { unlimited: {} } })[0]).toContain('plans.unlimited')
  })

  it('is told all at once', () => {
    const errors = errorsOf({ upstreams: 7, nonsense: 1 }, {})
    const named = errors.map((error) => error.split(':')[0])
    expect(named).toEqual(
      expect.arrayContaining([
        'tollgate.config.ts upstreams',
        'binding ACCOUNTS',
        'binding DIRECTORY',
        'binding THROTTLE',
        'binding ADMIN_TOKEN',
        'binding KEY_PEPPERS',
      ]),
    )
  })

  it('is told of a shared secret that is not set, by its name', () => {
    const issuer = {
      issuer: 'https://id.test',
      audience: 'me',
      algorithms: ['HS256'],
      secret_name: 'ID_SECRET',
    }
    expect(withConfig({ issuers: [issuer] })).toEqual([
      'issuer https://id.test: the secret ID_SECRET is not set',
    ])
  })
})
